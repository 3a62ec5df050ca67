"""Renders in pieces: each task draws a range of the frames, and a last task assembles them."""
