"""Renders in pieces: each task renders a range of the frames, and a last task assembles them."""
