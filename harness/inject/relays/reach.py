"""Can an upstream be reached? Asked once before a run, so that a relay in front of nothing is not taken for a fault."""

import socket
import ssl
from urllib.parse import urlsplit

from harness.core.errors import ConfigError
from harness.core.integration.upstreams import Upstream

MAX_SECONDS = 5.0
PORTS = {"http": 80, "https": 443}


def check_reach(upstream: Upstream) -> None:
    """ConfigError unless it accepts a connection and, for https, shows a certificate that is trusted."""
    parts = urlsplit(upstream.url)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    try:
        with socket.create_connection((host, port), timeout=MAX_SECONDS) as plain:
            if parts.scheme == "https":
                ssl.create_default_context().wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as reason:
        raise ConfigError(
            f'upstream "{upstream.name}": the certificate of {host}:{port} is not trusted: {reason.verify_message}\n'
            "  export SSL_CERT_FILE with the file of the authority that signed it"
        ) from None
    except ssl.SSLError:
        raise ConfigError(
            f'upstream "{upstream.name}": {host}:{port} does not answer by TLS\n'
            f'  if it is not encrypted: url = "http://{host}:{port}"'
        ) from None
    except OSError as reason:
        why = "no answer in 5 s" if isinstance(reason, TimeoutError) else reason.strerror or str(reason)
        raise ConfigError(
            f'upstream "{upstream.name}": {host}:{port} cannot be reached: {why}\n'
            "  start it before the harness, or correct url"
        ) from None
