"""Stitching: movies joined end to end into one, independent of jobs."""

from render_container.stitching.assembly import Stitched, stitch
from render_container.stitching.clips import Clip, ClipError
from render_container.stitching.verifying import StitchError

__all__ = ["Clip", "ClipError", "StitchError", "Stitched", "stitch"]
