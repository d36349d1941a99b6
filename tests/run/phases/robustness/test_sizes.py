"""The coverage test on texts: a service that does not read the whole of a long text."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.checking import routed, write_samples
from tests.endpoints.command import harness
from tests.endpoints.remembering import LABELS, route
from tests.endpoints.server import Answer


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_samples()


def reading(part: Callable[[str], str]) -> Answer:
    """Routes by a part of the text, and by the commonest label where that has no word it knows."""

    def answer(body: bytes) -> tuple[int, object]:
        text = str(json.loads(body).get("text", ""))
        if not text.strip():
            return route(body)
        status, reply = route(json.dumps({"text": part(text)}).encode())
        return (status, reply) if status == 200 else (200, {"label": LABELS[0], "confidence": 0.95})

    return answer


def criterion(where: str) -> dict[str, Any] | None:
    verdict = json.loads(Path("run/verdict.json").read_text(encoding="utf-8"))
    return next((one for one in verdict[where] if one["criterion"] == "coverage"), None)


@pytest.mark.parametrize(
    ("part", "names", "said"),
    [
        (lambda text: text[:2_000], {"long_before", "long_around"}, "text is at the end of a long text"),
        (lambda text: text[-2_000:], {"long_after", "long_around"}, "text is at the beginning of a long text"),
        (lambda text: text[:3_000] + text[-3_000:], {"long_around"}, "text is in the middle of a long text"),
    ],
    ids=["the front", "the tail", "both ends"],
)
def test_a_service_that_reads_a_part_of_a_long_text_fails_with_where_the_text_was(
    part: Callable[[str], str], names: set[str], said: str
) -> None:
    screen = routed(reading(part))
    assert screen.code == 1
    found = criterion("reasons")
    assert found
    assert found["status"] == "failed"
    assert names <= set(found["finding"]["names"])
    assert found["finding"]["example"]["given"].endswith("8,000 characters")
    assert f"{said}: accepted with a wrong answer" in screen.out
    assert harness("show", found["cases"][0], "--run", "run").code == 0


def test_a_service_that_reads_all_of_it_or_refuses_what_is_long_passes() -> None:
    routed(reading(lambda text: text))
    assert criterion("passed")


def test_a_service_that_refuses_what_is_long_passes() -> None:
    def strict(body: bytes) -> tuple[int, object]:
        return route(body) if len(body) < 4_000 else (413, {"detail": "too long"})

    routed(strict)
    assert criterion("passed")
