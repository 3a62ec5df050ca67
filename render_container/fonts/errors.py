"""What can go wrong with a font's file."""


class FontFileError(Exception):
    """A file that cannot be used as a font; the message says why, without the file's name."""
