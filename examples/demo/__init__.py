"""The demo: a nested job of three levels, from templates to a video, on this machine."""
