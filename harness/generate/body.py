"""What readers make of a JSON body, and what is fair to expect of a service that gets it (decision 0053)."""

from collections.abc import Sequence
from functools import lru_cache

from harness.core.case import Expect, Step
from harness.generate.ops import get_op
from harness.generate.payloads import JSON, File
from harness.generate.records.json_text.decodes import Decodes, read_again, same_value
from harness.generate.registry import Layer

JSON_TYPE = "application/json"
WRITTEN: tuple[Layer, ...] = ("serialise", "bytes", "envelope")
"""Layers that work on the file."""

_kept = lru_cache(maxsize=1024)(read_again)
"""For bodies that many cases start from."""


def decodes(file: File) -> Decodes | None:
    """What the body is to its readers; None where it is no JSON, so that nothing is said."""
    return read_again(file.content).decodes if file.media_type == JSON_TYPE else None


def holds_the_same(before: File, after: File) -> bool:
    """Whether every reader finds in the one JSON body what it finds in the other."""
    one, other = _kept(before.content), read_again(after.content)
    return one.decodes == other.decodes == "valid" and same_value(one.value, other.value)


def readers_agree(content: bytes) -> bool:
    """Whether every reader finds the same in this JSON body."""
    return _kept(content).decodes == "valid"


def fair_expectation(expect: Expect, steps: Sequence[Step], found: str | None) -> Expect:
    """What is expected of a case whose body turned out so.

    A refusal is demanded of a broken body only where no reader takes it: what was meant to be broken may be JSON after
    all, and where readers differ, a true answer is as good. Scenarios that change what a record says, not how it is
    written, keep their word.
    """
    if expect != "reject" or found in (None, "invalid"):
        return expect
    ops = [get_op(step.op) for step in steps]
    about_form = bool(ops) and all(one.form == JSON or one.layer in WRITTEN for one in ops)
    return "answer" if about_form else expect
