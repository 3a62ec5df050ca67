"""The steps of a job's way, over the repositories: submit, join, settle, sweep.

Handlers call these; nothing here knows of Lambda or HTTP.
"""
