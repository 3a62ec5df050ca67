"""Temporary installation of a job's fonts for the current user, while the job renders."""
