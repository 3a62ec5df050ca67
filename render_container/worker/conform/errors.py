"""Exception of the conversion."""


class ConformError(Exception):
    """A file cannot be conformed. The message follows the file's name, as in `is too long`."""
