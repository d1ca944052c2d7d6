"""Curves and progress of runs, read from the files that the engine writes; never from its console output."""
