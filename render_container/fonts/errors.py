"""The error for font files that cannot be used."""


class FontFileError(Exception):
    """Failure to use a file as a font.

    The message has the reason, without the file's name: the caller adds it.
    """
