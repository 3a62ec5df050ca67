"""What the processes of the embedded stack inherit from the user's shell: very little.

An allow list, because a laptop's shell is full of things that must not reach them: `AWS_PROFILE`
and keys (a worker must never talk to real AWS), and a hundred variables that the emulator reads.
"""

import os

REGION = "us-east-1"

_KEPT = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR"),
        *("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH"),
        *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "DYLD_LIBRARY_PATH"),
        *("LD_LIBRARY_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
    }
)
_LOCAL_HOSTS = "127.0.0.1,localhost"


def inherited() -> dict[str, str]:
    """The user's environment without anything that could change where or as whom we act."""
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")
    }
    # A company's proxy must not be asked for our own ports.
    proxied = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    kept["NO_PROXY"] = kept["no_proxy"] = f"{proxied},{_LOCAL_HOSTS}" if proxied else _LOCAL_HOSTS
    return kept | {
        # Without these, libraries look for ~/.aws and the instance metadata service.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def aws(endpoint: str) -> dict[str, str]:
    """Return variables that direct a child's AWS libraries to the emulator; no credentials."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
