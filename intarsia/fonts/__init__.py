"""Reading of the names in font files."""
