"""Errors of the embedded stack, which runs all of Intarsia on one machine."""

from intarsia.domain.errors import IntarsiaError


class LocalStackError(IntarsiaError):
    """Base class of the embedded stack's errors. Messages are for the user of the machine."""


class AlreadyRunningError(LocalStackError):
    """Refusal of a start: another stack, or processes of the previous one, use the state folder."""


class EmulatorError(LocalStackError):
    """Failure of the AWS emulator: to start, to keep running, or to use its port or its secret."""


class SynthError(LocalStackError):
    """Failure to synthesise the CDK app, or to find one stack in its output."""


class SwapError(LocalStackError):
    """Mismatch between SWAPS or SETTINGS and the synthesised CloudFormation template."""


class DeployError(LocalStackError):
    """Failure to deploy the stack into the emulator, or of the first request to its API."""


class StateFileError(LocalStackError):
    """Unusable file of the state folder: unreadable, empty, or locked by an unknown process."""


class StateNotSavedError(LocalStackError):
    """Failure to save the emulator's state, for example because the disk is full."""


class StoppedError(LocalStackError):
    """Abort of a start by a request to stop the stack."""
