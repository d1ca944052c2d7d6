"""Notices changes on disk and tells them: folders, the runs of a root, one run that is followed."""
