"""Errors of font files."""


class FontFileError(Exception):
    """A file that cannot be used as a font. The message has the reason, not the file's name."""
