"""Conversion of media to formats that every engine reads: PNG, ProRes in QuickTime, PCM in WAV."""

from render_container.worker.conform.conforming import conformed
from render_container.worker.conform.errors import ConformError
from render_container.worker.conform.need import needs_conforming

__all__ = ["ConformError", "conformed", "needs_conforming"]
