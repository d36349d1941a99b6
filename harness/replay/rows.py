"""Many records in one request: build its body, and split its reply into rows."""

import json
from collections.abc import Sequence
from dataclasses import replace

from harness.core.case import Case
from harness.core.reply import Outcome, Reply
from harness.core.robustness import ROW_MISSING, ROW_REFUSED
from harness.core.settings import Batch, Target
from harness.replay.codecs import Request, encode
from harness.replay.reading import AnswerPaths, parse, read_outcome, search

NO_LIST, TOO_MANY = "no_list", "too_many_rows"
"""Errors of a whole reply: the first word of the error of each of its rows."""

Key = tuple[str, int]
"""Address and repeat of a row."""


def encode_rows(rows: Sequence[Case], repeat: int, target: Target, url: str, seed: int) -> Request:
    """One request with these records as its rows, in order, named after the first. repeat: of the first."""
    request = encode(rows[0], replace(target, url=url), seed, repeat)
    return replace(request, body=body_of(rows, target.batch), alone=False)


def body_of(rows: Sequence[Case], batch: Batch) -> bytes:
    """The body: each record's own bytes, even if some are malformed."""
    listed = b"[" + b",".join(row.content for row in rows) + b"]"
    return b"{" + json.dumps(batch.items).encode() + b":" + listed + b"}" if batch.items else listed


def take_apart(reply: Reply, body: bytes, rows: Sequence[Key], batch: Batch) -> list[tuple[Reply, bytes]]:
    """A reply for each row, in order, with the item at its index in the list of results.

    A reply that is not an answer counts for each row. A reply without a list, or with more results than rows, becomes
    an error for each row. If there are fewer results, the last rows have none (`no_row`).
    """
    own = [replace(reply, address=address, repeat=repeat) for address, repeat in rows]
    if reply.error or not 200 <= reply.status < 300:
        return [(row, body) for row in own]
    try:
        results = _results(body, batch.results)
    except ValueError:
        return [(row, body) for row in own]
    if not results:
        return [(replace(row, error=f"{NO_LIST}: no list of results"), body) for row in own]
    counted = f"{len(results)} results for {len(rows)} rows"
    if len(results) > len(rows):
        return [(replace(row, error=f"{TOO_MANY}: {counted}"), body) for row in own]
    there = [(row, json.dumps(result).encode()) for row, result in zip(own, results, strict=False)]
    return [*there, *((replace(row, error=f"{ROW_MISSING}: {counted}"), b"") for row in own[len(results) :])]


def _results(body: bytes, path: str) -> list[object]:
    """The list of results, empty if there is none. ValueError for a reply that is not JSON."""
    value = parse(body.decode("utf-8", "replace"))
    found = search(path, value) if path else value
    return found if isinstance(found, list) else []


def read_row(reply: Reply, body: str, paths: AnswerPaths, target: Target) -> Outcome:
    """What the service did with one row of a batch, and its answer.

    Answer, flag and confidence have the same paths in a row as in a single reply. A row with an error in its place
    is rejected. A row without a result counts as accepted without an answer, because no failure was reported.
    """
    cause = reply.error.partition(":")[0]
    if cause == ROW_MISSING:
        return Outcome(disposition="accepted", cause=ROW_MISSING)
    if cause in (NO_LIST, TOO_MANY):
        return Outcome(disposition="error", cause=cause)
    outcome = read_outcome(reply, body, paths, target)
    return Outcome(disposition="rejected", cause=ROW_REFUSED) if outcome.cause == "error_in_200" else outcome
