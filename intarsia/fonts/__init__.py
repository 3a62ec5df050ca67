"""Reading font files."""
