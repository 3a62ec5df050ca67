"""Exception of the conversion of media."""


class ConformError(Exception):
    """Failure to conform a file. The message continues the file's name, as in `is too long`."""
