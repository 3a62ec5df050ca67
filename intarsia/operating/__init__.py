"""An operator's tools for a deployed stack: checks, and restoring lost items."""
