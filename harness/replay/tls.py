"""The certificate authorities for TLS connections."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that httpx trusts. Read once: that takes 23 ms, and a check opens dozens of clients."""
    return httpx.create_ssl_context(trust_env=False)
