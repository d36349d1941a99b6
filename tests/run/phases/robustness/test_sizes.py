"""The coverage test on texts: a service that does not read the whole of a long text."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.endpoints.checking import routed, write_samples
from tests.endpoints.command import harness
from tests.endpoints.remembering import LABELS, route
from tests.endpoints.server import Answer, serving


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


def published(longest: int) -> dict[str, object]:
    """A document that promises to take a text of so many characters."""
    text = {"type": "string", "minLength": 1, "maxLength": longest}
    schema = {"type": "object", "required": ["text"], "properties": {"text": text}}
    body = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    return {"openapi": "3.1.0", "paths": {"/route": {"post": body}}}


def limited(longest: int, part: Callable[[str], str]) -> Answer:
    """Routes by a part of the text, and refuses what is longer than it promises to take."""
    inner = reading(part)

    def answer(body: bytes) -> tuple[int, object]:
        try:
            text = json.loads(body)["text"]
        except (ValueError, KeyError, TypeError):
            return 422, {"detail": "no text"}
        if not isinstance(text, str) or len(text) > longest:
            return 422, {"detail": "too long"}
        return inner(body)

    return answer


def check_of(answer: Answer, promised: int) -> int:
    with serving(answer, "/route", documents={"/openapi.json": published(promised)}) as url:
        asked = ("--samples", "texts", "--truth", "texts/truth.csv", "--out", "run")
        return harness("check", url, *asked).code


@pytest.mark.parametrize("promised", [1_000, 20_000])
def test_texts_are_as_long_as_the_service_promises_to_take(promised: int) -> None:
    code = check_of(limited(promised, lambda text: text[: promised * 3 // 5]), promised)
    found = criterion("reasons")
    assert found
    assert (code, found["status"]) == (1, "failed")
    sent = found["finding"]["example"]["given"].rpartition("-> ")[2].removesuffix(" characters")
    assert 0.9 * promised <= int(sent.replace(",", "")) <= promised
    assert harness("show", found["cases"][0], "--run", "run").code == 0


def test_a_service_that_reads_all_that_it_promises_passes_and_no_text_is_beyond_the_promise() -> None:
    seen: list[int] = []

    def whole(body: bytes) -> tuple[int, object]:
        status, reply = limited(20_000, lambda text: text)(body)
        seen.append(len(json.loads(body)["text"]) if status == 200 else 0)
        return status, reply

    check_of(whole, 20_000)
    assert criterion("passed")
    assert 19_500 <= max(seen) <= 20_000
