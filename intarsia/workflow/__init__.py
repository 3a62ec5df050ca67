"""The workflow steps on top of the repositories, such as submit, join, settle and sweep.

Lambda handlers call these functions. No module here depends on Lambda or on the HTTP API.
"""
