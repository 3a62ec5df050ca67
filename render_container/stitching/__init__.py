"""Stitching: joining of movies end to end into one. This package does not depend on jobs."""

from render_container.stitching.assembly import Stitched, stitch
from render_container.stitching.clips import Clip, ClipError
from render_container.stitching.verifying import StitchError

__all__ = ["Clip", "ClipError", "StitchError", "Stitched", "stitch"]
