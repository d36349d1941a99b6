"""What readers make of a JSON body, and the expectation that follows (decision 0053)."""

from collections.abc import Sequence
from functools import lru_cache

from harness.core.case import Expect, Step
from harness.generate.ops import get_op
from harness.generate.payloads import JSON, File
from harness.generate.records.json_text.decodes import Decodes, read_again, same_value
from harness.generate.registry import Layer

JSON_TYPE = "application/json"
WRITTEN: tuple[Layer, ...] = ("serialise", "bytes", "envelope")
"""Layers that work on the written file."""

_kept = lru_cache(maxsize=1024)(read_again)
"""Cached, because many cases start from the same body."""


def decodes(file: File) -> Decodes | None:
    """What readers make of the body, or None if it is not JSON."""
    return read_again(file.content).decodes if file.media_type == JSON_TYPE else None


def holds_the_same(before: File, after: File) -> bool:
    """Whether every reader finds the same value in both JSON bodies."""
    one, other = _kept(before.content), read_again(after.content)
    return one.decodes == other.decodes == "valid" and same_value(one.value, other.value)


def readers_agree(content: bytes) -> bool:
    """Whether every reader finds the same in this JSON body."""
    return _kept(content).decodes == "valid"


def fair_expectation(expect: Expect, steps: Sequence[Step], found: str | None) -> Expect:
    """The expectation of a case, given what readers make of its body.

    A rejection is expected of a broken body only if no reader accepts it. A body that was to be broken may still be
    JSON. If readers disagree, a true answer is right too. Scenarios that change the content of a record, not its form,
    keep their expectation.
    """
    if expect != "reject" or found in (None, "invalid"):
        return expect
    ops = [get_op(step.op) for step in steps]
    about_form = bool(ops) and all(one.form == JSON or one.layer in WRITTEN for one in ops)
    return "answer" if about_form else expect
