"""Jobs whose renders are single frames."""


def as_stills(job):
    """Return the job with each render of its tree reduced to a picture of one frame."""
    assets = [
        as_stills(asset) if asset["type"] == "job" else asset for asset in job.get("assets", [])
    ]
    return job | {"assets": assets, "settings": {"type": "image", "frames": 10}}
