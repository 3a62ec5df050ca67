"""The compositor: an `aerender` of our own that reads .aep files and draws their frames.

It keeps aerender's command line, log lines and exit codes, so whoever drives the real program
can drive this one. It imports nothing else of this project.
"""
