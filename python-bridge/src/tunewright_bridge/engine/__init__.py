"""Configs as the engine reads them, how the engine is started, and what the installed engine accepts."""
