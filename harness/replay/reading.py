"""Read a reply: what the service did with the case, and its answer."""

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jmespath

from harness.core.errors import ConfigError
from harness.core.reply import Disposition, Outcome, Reply
from harness.core.settings import Target
from harness.core.values import as_scalar
from harness.replay.strict import why_invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPaths:
    """The positions in the reply, as JMESPath. hand_over, confidence: "" if the reply has none.

    confidence_scale: the value of the reply that stands for certainty.
    """

    fields: Mapping[str, str]
    hand_over: str = ""
    confidence: str = ""
    confidence_scale: float = 1.0


DEEPEST = 200
"""Maximum levels of nesting. A deeper reply is hostile and is treated as not JSON."""


def parse(body: str) -> Any:
    """The reply as JSON values. NaN and Infinity are accepted. ValueError if it is not JSON, or nested too deep."""
    try:
        value = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if body.count("[") + body.count("{") > DEEPEST and _too_deep(value):
        raise ValueError("nested too deep")
    return value


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        boxes = [
            list(item.values()) if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)
        ]
        level = [inner for box in boxes for inner in box]
        if not level:
            return False
    return True


def read_outcome(reply: Reply, body: str, paths: AnswerPaths, target: Target) -> Outcome:
    """What the service did with the case, and its answer.

    A status in `target.rejects` is a rejection. An accepted answer counts as handed over if the flag is true, or if the
    confidence is below `flag_below`. Any other reply that is not 2xx with JSON is an error with its cause in one word.
    """
    if reply.error:
        disposition: Disposition = "timeout" if reply.error == "timeout" else "dropped"
        return Outcome(disposition=disposition, cause=reply.error.partition(":")[0])
    if reply.status in target.rejects:
        return Outcome(disposition="rejected", cause=str(reply.status))
    if not 200 <= reply.status < 300:
        return Outcome(disposition="error", cause=cause_of(reply.status))
    try:
        value = parse(body)
    except ValueError:
        return Outcome(disposition="error", cause="not_json" if body.strip() else "empty_reply")
    outcome = _read_answer(value, paths, target)
    invalid = why_invalid(body)
    return replace(outcome, invalid=invalid) if invalid else outcome


def _read_answer(value: Any, paths: AnswerPaths, target: Target) -> Outcome:
    answer = {
        name: as_scalar(found) for name, path in paths.fields.items() if (found := search(path, value)) is not None
    }
    if not answer and isinstance(value, dict) and value.get("error"):
        return Outcome(disposition="error", cause="error_in_200")
    confidence = confidence_of(value, paths.confidence, paths.confidence_scale) if paths.confidence else None
    flagged = _is_true(search(paths.hand_over, value)) if paths.hand_over else False
    unsure = confidence is not None and confidence < (target.flag_below or 0.0)
    disposition: Disposition = "handed_over" if flagged or unsure else "accepted"
    return Outcome(disposition=disposition, answer=answer, confidence=confidence)


def confidence_of(value: Any, path: str, scale: float = 1.0) -> float | None:
    """The confidence of a reply, 0..1; None if it has none."""
    number = stated(search(path, value))
    return None if number is None else min(1.0, number / scale)


def stated(value: Any) -> float | None:
    """The number that a reply states as its confidence, on the service's scale; a percent sign is left out."""
    return _number(value.rstrip("% ") if isinstance(value, str) else value)


def cause_of(status: int) -> str:
    """One word for a status that is neither an answer nor a rejection."""
    known = {301: "redirect", 302: "redirect", 307: "redirect", 308: "redirect", 401: "auth", 403: "auth"}
    known |= {404: "not_found", 405: "wrong_method", 429: "too_many_requests", 504: "gateway_timeout"}
    return known.get(status, "server_error" if status >= 500 else f"status_{status}")


def search(path: str, value: Any) -> Any:
    """The value at the JMESPath, or None. ConfigError for an invalid expression."""
    try:
        return compiled(path).search(value)
    except jmespath.exceptions.JMESPathTypeError:
        return None  # a function of the path got an unsuitable value: this reply has no value there


@lru_cache(maxsize=512)
def compiled(path: str) -> Any:
    """The compiled JMESPath. ConfigError with the reason if it is invalid."""
    try:
        expression = jmespath.compile(path)
        with contextlib.suppress(jmespath.exceptions.JMESPathTypeError):
            expression.search({})  # unknown functions show only here
        return expression
    except jmespath.exceptions.JMESPathError as reason:
        first = str(reason).partition("\n")[0]
        raise ConfigError(
            f'"{path}" is not a JMESPath: {first}\n  for example "fields.total" or "pages[0].text"'
        ) from None


def _is_true(value: Any) -> bool:
    """Whether the flag is set: true, 1 and "yes" are; the text "false" is not."""
    return value.strip().lower() not in ("", "false", "no", "0") if isinstance(value, str) else bool(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
