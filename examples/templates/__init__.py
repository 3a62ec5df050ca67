"""Example templates: scripts that write real After Effects projects, one file per template."""
