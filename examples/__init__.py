"""Example templates and jobs."""
