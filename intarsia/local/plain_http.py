"""HTTP between the parts of the local stack, which stays on this machine and uses no TLS."""

import ssl

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For `verify` of an httpx client: it trusts nobody, so an address with https fails.

A client without it reads all trusted certificates, which takes 50 ms.
"""
