"""Renders in pieces: each task draws a range of the frames, a last one puts them together."""
