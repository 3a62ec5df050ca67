"""Environment variables of the embedded stack's processes: an allowlist of the user's own.

Other variables must not reach the processes. `AWS_PROFILE` or access keys could connect a worker to
real AWS, and the emulator reads a hundred variables.
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
    """Return the allowed part of this process's environment, without any AWS configuration.

    Proxies are bypassed for local addresses. AWS config files and the instance metadata service are
    disabled.
    """
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")
    }
    # Requests to our own ports must not go to a company's proxy.
    proxied = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    kept["NO_PROXY"] = kept["no_proxy"] = f"{proxied},{_LOCAL_HOSTS}" if proxied else _LOCAL_HOSTS
    return kept | {
        # Without these, libraries look for ~/.aws and the instance metadata service.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def aws(endpoint: str) -> dict[str, str]:
    """Return environment variables that direct a child's AWS libraries to the emulator.

    `endpoint` is the emulator's origin. The variables contain no credentials.
    """
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
