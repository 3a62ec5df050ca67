"""Steps of the workflow, such as submit, join, settle and sweep, on top of `intarsia.storage`.

Lambda handlers call these functions. No module here depends on Lambda or on the HTTP API.
"""
