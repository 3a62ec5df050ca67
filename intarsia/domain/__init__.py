"""The domain: jobs, assets, trees, states, settings. Pure Python and pydantic, no AWS."""
