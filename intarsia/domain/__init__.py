"""The domain: jobs, assets, trees, states, settings. Python and pydantic only, without AWS."""
