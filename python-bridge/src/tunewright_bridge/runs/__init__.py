"""Run directories: the names of their files, their states, and the list of them. No process is looked at here."""
