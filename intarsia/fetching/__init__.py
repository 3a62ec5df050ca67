"""Fetching what a URL from outside names, safely: bounded, and only from where it is allowed."""
