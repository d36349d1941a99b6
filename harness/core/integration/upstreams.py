"""The settings of upstreams: where they are, and what the service has to write there."""

import dataclasses
from dataclasses import dataclass

from harness.core.units import JmesPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A system that the service calls. A relay stands between the two, so that the system can fail on purpose.

    name: its name in faults.toml and in findings.
    url: its real address: scheme, host and port. The relay keeps the path of each request. `tcp://` is for any other
    protocol, such as PostgreSQL.
    listen: address of the relay on this machine, as `"127.0.0.1:9100"`, or `"https://127.0.0.1:9100"` if the service
    connects by TLS. The service must call this address instead.
    writes: false if its POST requests change nothing, as those of a language model or a search. Not set: worked out.
    """

    name: str = ""
    url: str = ""
    listen: str = ""
    writes: bool | None = None

    @property
    def tls(self) -> bool:
        """Whether the service connects to the relay by TLS."""
        return self.listen.startswith("https://")

    @property
    def tcp(self) -> bool:
        """Whether it speaks another protocol than HTTP."""
        return self.url.startswith("tcp://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What the service writes to an upstream for each case that it accepts, exactly once.

    upstream: name of the `[[upstream]]`.
    method: method of the request.
    path: start of its path.
    key: column of the truth whose value says which case a request belongs to, as a document number. It must be one of
    `fields`. Empty: the trace id says it, or the time.
    fields: columns of the truth, with the JMESPath of each in the JSON or form body, as `total = "amount.value"`.
    idempotency: header by which the upstream recognizes a request that is sent again.
    """

    upstream: str = ""
    method: str = "POST"
    path: str = "/"
    key: str = ""
    fields: dict[str, JmesPath] = dataclasses.field(default_factory=dict)
    idempotency: str = "Idempotency-Key"
