"""`intarsia-worker doctor`: checks that a machine or image has everything that renders need."""
