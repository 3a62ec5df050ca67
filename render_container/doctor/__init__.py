"""`intarsia-worker doctor`: what a machine or an image has, and what it lacks to render."""
