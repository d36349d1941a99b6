"""Each op on texts breaks at least one of the small services that are right on the tickets as they were written."""

from collections.abc import Iterator

import pytest

from harness.core.seed import Stream
from harness.generate.ops import all_ops
from harness.generate.registry import Op
from tests.endpoints.routers import REFUSED, ROUTERS, TICKETS, Router

OF_STAGES = {
    *("text.empty", "text.blanks", "text.emoji_only", "text.digits_only", "text.foreign_script"),
    *("text.opening", "text.ending", "text.accent"),
}
"""What the robustness tests send, whose own tests show what it finds."""

OPS = [one for one in all_ops().values() if one.layer == "field" and one.name not in OF_STAGES]
NOISES = range(12)


def breaks(one: Op, route: Router, label: str, text: str, severity: int, noise: int) -> bool:
    """Whether the service answers otherwise than with the label, refusals apart, or falls over."""
    written = one.run(text, severity, Stream(noise, "breaks", one.name))
    try:
        said = route(written)
    except (ValueError, KeyError, IndexError):
        return True
    return written != text and said not in (label, REFUSED if one.effect == "destroyed" else label)


def tried(one: Op) -> Iterator[str]:
    """Every service that the op breaks, once for each severity at which it does."""
    for severity in (10,) if one.kind == "binary" else (2, 5, 10):
        for name, route in ROUTERS.items():
            for text, label in TICKETS.items():
                if any(breaks(one, route, label, text, severity, noise) for noise in NOISES):
                    yield name


@pytest.mark.parametrize("name", ROUTERS)
def test_every_service_is_right_on_the_tickets_as_they_are(name: str) -> None:
    assert {text: ROUTERS[name](text) for text in TICKETS} == TICKETS


@pytest.mark.parametrize("one", OPS, ids=lambda o: o.name)
def test_an_op_on_texts_breaks_somebody(one: Op) -> None:
    assert next(tried(one), None)


if __name__ == "__main__":
    for one in OPS:
        print(one.name, ", ".join(sorted(set(tried(one)))))
