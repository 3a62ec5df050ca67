"""The certificate authorities that are trusted for HTTPS."""

import os
import ssl
from functools import cache

import httpx


def trusted() -> ssl.SSLContext:
    """Return a TLS context that trusts the certificates in SSL_CERT_FILE or SSL_CERT_DIR.

    If neither environment variable is set, it trusts httpx's default certificates. Contexts are
    cached, because reading the certificates takes 50 ms, longer than most requests.
    """
    return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    if file:
        return ssl.create_default_context(cafile=file)
    if folder:
        return ssl.create_default_context(capath=folder)
    return httpx.create_ssl_context(trust_env=False)
