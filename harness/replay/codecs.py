"""Protocol codecs: turn a case into the exact bytes of a request. No I/O, so every client sends the same bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote

from harness.core.case import Case
from harness.core.errors import ConfigError, did_you_mean
from harness.core.settings import Target

ENCODINGS = "gzip, deflate"
"""Content encodings that replies may use. Fixed, because httpx's default depends on the installed packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, ready to send. alone: on a new connection, because the server may close it afterwards."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    alone: bool = False


Body = tuple[str, bytes]
"""Content type and bytes of a body."""


def encode(case: Case, target: Target, seed: int, repeat: int) -> Request:
    """The request for the `repeat`-th sending of the case; the same arguments give the same bytes."""
    content_type, body = _codec(target)(case, target)
    return Request(
        method="POST",
        url=target.url,
        headers=(
            *([("Content-Type", content_type)] if content_type else []),
            ("Accept", "application/json"),
            ("X-Harness-Case", quote(_bytes(case.address), safe="/#@~:,")),
            ("traceparent", traceparent(seed, case.address, repeat)),
        ),
        body=body,
        alone=bool(case.effects) or case.expect == "reject",
    )


def traceparent(seed: int, address: str, repeat: int) -> str:
    """The W3C trace context of one sending: version 00, sampled. Source: W3C Trace Context, section 3.2."""
    hasher = _of_case(seed, address).copy()
    hasher.update(b"%d" % repeat)
    digest = hasher.hexdigest()
    return f"00-{digest[:32]}-{digest[32:]}-01"


@lru_cache(maxsize=4096)
def _of_case(seed: int, address: str) -> blake2b:
    """The part of the digest that all sendings of a case share."""
    key = f"{seed}\0{address}\0".encode("utf-8", "surrogatepass")
    return blake2b(key, digest_size=24, person=b"traceparent")


def _multipart(case: Case, target: Target) -> Body:
    """The file as one form field, without a type if it declares none.

    The boundary is derived from the bytes, so that it cannot appear in them by chance.
    """
    boundary = f"harness-{blake2b(case.content, digest_size=16).hexdigest()}"
    declared = f"Content-Type: {case.media_type}\r\n" if case.media_type else ""
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{_escaped(target.field)}"; filename="{_escaped(case.filename)}"\r\n'
        f"{declared}\r\n"
    )
    tail = f"\r\n--{boundary}--\r\n"
    return f"multipart/form-data; boundary={boundary}", _bytes(head) + case.content + tail.encode()


def _escaped(name: str) -> str:
    """A quoted name as browsers write it. Source: HTML standard, multipart/form-data encoding."""
    return name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _bytes(text: str) -> bytes:
    """UTF-8. File names that are not text become their bytes on disk."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _json(case: Case, target: Target) -> Body:
    """The body unchanged. Its template was filled when the case was rendered.

    A record that a scenario writes in another form has the media type of that form.
    """
    written = case.media_type if case.plan.encode != "as_is" else "application/json"
    return written, case.content


def _raw(case: Case, target: Target) -> Body:
    """The file's bytes under their own media type."""
    return case.media_type, case.content


_CODECS: Mapping[str, Callable[[Case, Target], Body]] = {
    "multipart": _multipart,
    "json": _json,
    "raw": _raw,
    "python": _raw,
}


def _codec(target: Target) -> Callable[[Case, Target], Body]:
    if target.protocol not in _CODECS:
        hint = did_you_mean(target.protocol, _CODECS, f"protocols: {', '.join(_CODECS)}")
        raise ConfigError(f'unknown protocol "{target.protocol}"\n{hint}')
    return _CODECS[target.protocol]
