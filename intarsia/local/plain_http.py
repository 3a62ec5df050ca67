"""HTTP between the parts of the local stack, which stays on this machine and uses no TLS."""

import ssl

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""TLS context without trusted certificates, for `verify` of an httpx client: https URLs fail.

Without it, a client would load all trusted certificates, which takes 50 ms.
"""
