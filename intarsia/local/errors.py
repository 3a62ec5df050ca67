"""Errors of the embedded stack."""

from intarsia.domain.errors import IntarsiaError


class LocalStackError(IntarsiaError):
    """Base class of the embedded stack's errors. Messages address the person at the laptop."""


class AlreadyRunningError(LocalStackError):
    """Another process runs the stack of this state folder."""


class EmulatorError(LocalStackError):
    """The emulator did not start, or died."""


class SynthError(LocalStackError):
    """The CDK app could not be synthesised."""


class SwapError(LocalStackError):
    """A swap no longer fits the template it was written for."""


class DeployError(LocalStackError):
    """The stack could not be deployed into the emulator."""


class StateFileError(LocalStackError):
    """A file of the state folder cannot be read."""


class StoppedError(LocalStackError):
    """The start was aborted by a request to stop the stack."""
