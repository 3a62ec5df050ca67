"""The compositor: an `aerender` replacement that reads .aep files and draws their frames.

It keeps aerender's command line, log lines and exit codes. A program that runs aerender can
therefore run the compositor unchanged. From this project it imports only
`render_container.encoding`, which writes movies and imports no other package of the project.
"""
