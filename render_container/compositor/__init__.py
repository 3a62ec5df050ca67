"""The compositor: an `aerender` of our own that reads .aep files and draws their frames.

It keeps aerender's command line, log lines and exit codes, so whoever drives the real program
can drive this one. Of this project it imports only how movies are written
(`render_container.encoding`), which knows nothing of ours either.
"""
