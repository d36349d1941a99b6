"""Changes that a release may bring and that are none: whoever flags one of them cries wolf."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from threading import Lock
from typing import Any

from harness.core.seed import Stream
from tests.endpoints.server import Answer
from tests.zoo import document
from tests.zoo.document import Document, Pixels, RefusedError
from tests.zoo.file_defects import ZIP, entries_of, pictures_of

JITTER, SLOWER = 0.01, 0.03
"""Of a confidence, 0..1; seconds added to each reply, far within half of the declared limit."""


def key_reorder(answer: Answer, flag_below: float) -> Answer:
    """Other order of the keys, other white space, 1 for 1.0."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(inner) for key, inner in reversed(value.items())}
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return _changed(answer, lambda body, reply: json.dumps(turned(reply), indent=2).encode())


def confidence_jitter(answer: Answer, flag_below: float) -> Answer:
    """The confidence a little up or down, by the case and how often it was sent; never across the limit."""
    sent: Counter[bytes] = Counter()
    lock = Lock()

    def moved(body: bytes, reply: dict[str, Any]) -> object:
        key = blake2b(body).digest()
        with lock:
            sent[key] += 1
            draw = Stream(1, key.hex(), sent[key])
        before = reply["confidence"]
        after = min(1.0, max(0.0, before + draw.uniform(-JITTER, JITTER)))
        kept = max(after, flag_below) if before >= flag_below else min(after, flag_below - 1e-6)
        return {**reply, "confidence": kept}

    return _changed(answer, moved)


def slower_within_limit(answer: Answer, flag_below: float) -> Answer:
    """Slower by far less than the limit leaves."""

    def later(body: bytes) -> tuple[int, object]:
        time.sleep(SLOWER)
        return answer(body)

    return later


def extra_fields(answer: Answer, flag_below: float) -> Answer:
    """New fields, with values of their own in each call."""
    calls: Counter[str] = Counter()

    def more(body: bytes, reply: dict[str, Any]) -> object:
        calls["all"] += 1
        debug = {"call": calls["all"], "robustness": {"cache": calls["all"] % 2 == 0}}
        return {"model_version": "2.1.0", "took_ms": calls["all"] % 7 + 0.5, **reply, "debug": debug}

    return _changed(answer, more)


def last_page_first(answer: Answer, flag_below: float) -> Answer:
    """The document service looks for its fields on the last page first: a copy or a repeated heading says the same."""
    assert isinstance(answer, Document)
    return replace(answer, pages=lambda pages: pages[::-1])


def lone_files_opened(answer: Answer, flag_below: float) -> Answer:
    """The document service also takes a mail or an archive that holds one file and nothing else, and reads that."""
    assert isinstance(answer, Document)

    def opened(content: bytes) -> list[Pixels]:
        held = pictures_of(content) or (list(entries_of(content)) if content.startswith(ZIP) else [])
        if len(held) > 1:
            raise RefusedError(422, "several files")
        return document.open_pages(held[0] if held else content)

    return replace(answer, open=opened)


def envelope_opened(answer: Answer, flag_below: float) -> Answer:
    """The record service also takes a record that is all that a request holds, one level down."""

    def opened(body: bytes) -> tuple[int, object]:
        try:
            given = json.loads(body)
        except ValueError:
            return answer(body)
        inner = next(iter(given.values()), None) if isinstance(given, dict) and len(given) == 1 else None
        return answer(json.dumps(inner).encode() if isinstance(inner, dict) else body)

    return opened


def blanks_folded(answer: Answer, flag_below: float) -> Answer:
    """The ticket service strips its lines and makes one blank of several before it reads: the words are the same."""

    def folded(body: bytes) -> tuple[int, object]:
        try:
            asked = json.loads(body)
        except ValueError:
            return answer(body)
        if isinstance(asked, dict) and isinstance(asked.get("text"), str):
            asked["text"] = "\n".join(re.sub("[ \t]+", " ", line).strip(" \t") for line in asked["text"].split("\n"))
        return answer(json.dumps(asked).encode())

    return folded


def _changed(answer: Answer, change: Callable[[bytes, dict[str, Any]], object]) -> Answer:
    def changed(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        return status, change(body, reply) if status == 200 and isinstance(reply, dict) else reply

    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Benign:
    """One change and the service that it is laid on. wrap: gets the service and the limit of its confidence."""

    name: str
    service: str
    wrap: Callable[[Answer, float], Answer]


VARIATIONS = (
    Benign(name="ok/last_page_first/document", service="document", wrap=last_page_first),
    Benign(name="ok/lone_files_opened/document", service="document", wrap=lone_files_opened),
    Benign(name="ok/envelope_opened/record", service="record", wrap=envelope_opened),
    Benign(name="ok/blanks_folded/ticket", service="ticket", wrap=blanks_folded),
    *(
        Benign(name=f"ok/{wrap.__name__}/{service}", service=service, wrap=wrap)
        for wrap in (key_reorder, confidence_jitter, slower_within_limit, extra_fields)
        for service in ("ticket", "record")
    ),
)
