"""A team's own code, as `mypy --strict` reads it: here against the checkout, in tests/shows/wheel.sh against the wheel.

A line with `type: ignore[...]` is a mistake that mypy must find: under `--strict` an ignore that is not needed is an
error too.
"""

from collections.abc import Mapping
from typing import Literal, assert_type

import harness
from harness import Case, LiveTarget, Reply, RunRequest, Stream, Verdict, errors, op, run_check, run_load


def test_a_case_has_types(case: Case) -> None:
    assert_type(case.truth, Mapping[str, str | int | float | bool | None])
    assert_type(case.content, bytes)
    case.address = "mine/empty#0"  # type: ignore[misc]
    _ = harness.Nope  # type: ignore[attr-defined]


def test_a_reply_has_types(case: Case, target: LiveTarget) -> None:
    reply = target.send(case)
    assert_type(reply, Reply)
    assert_type(reply.judgement, Literal["right", "wrong", "unscored"])
    assert_type(reply.answer.get("total"), str | int | float | bool | None)
    _ = reply.judgment  # type: ignore[attr-defined]
    target.send(case.address)  # type: ignore[arg-type]


def gate(url: str) -> int:
    request = RunRequest(url=url, samples="pilot", packs=("pilot",), calls=60)
    try:
        assert_type(run_check(request, emit=print), Verdict)
        assert_type(run_load(request, duration=60), Verdict)
    except errors.TargetError as wrong:
        return assert_type(wrong.exit_code, int)
    RunRequest(url=url, cals=60)  # type: ignore[call-arg]
    RunRequest(url=url, packs="pilot")  # type: ignore[arg-type]
    run_check(url)  # type: ignore[arg-type]
    run_load(request, duration="60s")  # type: ignore[arg-type]
    return run_check(request).exit_code


@op("acme.shouted", layer="field", kind="binary")
def shouted(text: str, severity: int, draw: Stream) -> str:
    """Write the text in capitals, severity times in ten.

    severity: of ten. Source: this test.
    """
    return text.upper() if draw.below(10) < severity else text


assert_type(shouted("a", 1, Stream(1, "acme")), str)
shouted("a", 1, 2)  # type: ignore[arg-type]
