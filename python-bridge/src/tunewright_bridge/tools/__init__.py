"""Environments in which tools live, and how healthy they are."""
