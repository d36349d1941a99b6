"""The kinds of faults: what each does to a request or its reply, and whether the caller can see it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A kind of fault.

    keys: the keys of its entry that only this kind, or a few kinds, have. sees: what the caller sees. sent: whether the
    request is sent on. noticeable: whether the caller can see from the reply that something is wrong; a fault that no
    caller can notice is reported, and never blocks. instead: the fault answers, and the request is never sent on.
    edits: it changes what a JSON reply with status 200 says. tcp: it also works on a connection of another protocol.
    """

    keys: tuple[str, ...]
    sees: str
    sent: str = "yes"
    noticeable: bool = True
    instead: bool = False
    edits: bool = False
    tcp: bool = False


def _answer(sees: str, *keys: str) -> FaultKind:
    return FaultKind(keys=keys, sees=sees, sent="no", instead=True)


def _edit(sees: str, *keys: str, noticeable: bool = True) -> FaultKind:
    return FaultKind(keys=keys, sees=f"the JSON reply {sees}", noticeable=noticeable, edits=True)


_AT = 'no; yes with `at = "response"`'
KINDS: Mapping[str, FaultKind] = {
    "latency": FaultKind(keys=("at", "seconds"), sees="the reply, `seconds` later", tcp=True),
    "hang": FaultKind(keys=("at",), sees="no byte and no end, until its own timeout", sent=_AT, tcp=True),
    "reset": FaultKind(keys=("at",), sees="the connection reset (ECONNRESET), no reply", sent=_AT, tcp=True),
    "bandwidth": FaultKind(keys=("bytes_per_second",), sees="the reply at `bytes_per_second` (1000)", tcp=True),
    "slicing": FaultKind(keys=("piece_bytes",), sees="the reply in pieces of `piece_bytes` (1)", tcp=True),
    "truncated": FaultKind(keys=(), sees="the head and half of the body, then a clean end of the connection", tcp=True),
    "corrupt": FaultKind(keys=(), sees="the reply with some bytes of its body changed, of the same length", tcp=True),
    "wrong_type": FaultKind(keys=("body", "media_type"), sees="a sign-in page with status 200, or `body`"),
    "status": _answer("`status` (503) with `body`", "status", "body", "media_type", "retry_after"),
    "too_many_requests": _answer(
        "429 with a Retry-After of `retry_after` seconds (1)", "body", "media_type", "retry_after"
    ),
    "error_in_200": _answer('status 200 with `{"error": "internal error"}`, or `body`', "body", "media_type"),
    "token_expired": _answer('status 401 with `WWW-Authenticate: Bearer error="invalid_token"`', "body", "media_type"),
    "quota_spent": _answer(
        "status 403 with `REQUEST_LIMIT_EXCEEDED`, as a CRM answers when no call is left",
        "body",
        "media_type",
    ),
    "version_retired": _answer("status 410, as an API answers whose version has ended", "body", "media_type"),
    "field_missing": _edit("without one of its fields", "field"),
    "field_null": _edit("with one of its fields null", "field"),
    "field_renamed": _edit("with one of its fields renamed", "field", "to"),
    "field_retyped": _edit("with one of its fields of another type: 12.5 as a text, a text in a list", "field"),
    "field_unknown": _edit("with a text that the field never had, as a new value of an enumeration", "field", "to"),
    "field_scaled": _edit("with one of its numbers times 1000, as in another unit", "field", noticeable=False),
    "field_negated": _edit("with one of its numbers negated", "field", noticeable=False),
    "field_stale": _edit("with one of its fields from an earlier reply to another request", "field", noticeable=False),
    "list_shortened": _edit("without the second half of its longest list, as if a page was lost", noticeable=False),
    "list_repeated": _edit("with its longest list twice, as if a page came again", noticeable=False),
    "list_failed": _edit("with errors instead of the second half of its longest list, as after a partial success"),
    "record_swapped": _edit("that answers an earlier request, and repeats a value of that one"),
}
"""The kinds of faults by the value of `kind` in an entry."""


def kinds_table() -> str:
    """The kinds of faults in Markdown."""
    rows = [
        f"| `{name}` | {kind.sees} | {kind.sent} | {_keys(kind)} | {'yes' if kind.tcp else 'no'} |"
        for name, kind in KINDS.items()
    ]
    return (
        "\n".join(
            [
                "| kind | what the caller sees | the request is sent on | its own keys | over TCP |",
                "|---|---|---|---|---|",
                *rows,
            ]
        )
        + "\n"
    )


def _keys(kind: FaultKind) -> str:
    return ", ".join(f"`{key}`" for key in kind.keys) or "none"
