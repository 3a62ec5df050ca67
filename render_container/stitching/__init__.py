"""Puts movies end to end into one. Knows nothing of jobs."""
