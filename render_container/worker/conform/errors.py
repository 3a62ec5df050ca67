"""What stops a file from being conformed."""


class ConformError(Exception):
    """The file cannot be conformed; the message goes on after its name, as `is too long`."""
