"""How the cases that ask for an answer ended, in one line, and what the pilot says of new documents."""

from collections.abc import Iterator, Mapping, Sequence
from math import floor

from harness.core.verdict import EndClass, Headline

NAMES: Mapping[EndClass, str] = {
    "accepted_right": "right",
    "accepted_wrong": "wrong",
    "accepted_unscored": "not scored",
    "handed_over": "handed over",
    "rejected": "rejected",
    "error": "errors",
}
"""The name of each class on screens. The first three are accepted answers."""

ALWAYS = ("accepted_right", "accepted_wrong")
"""Classes that are shown even if no case is in them."""


def population_lines(head: Headline) -> Iterator[str]:
    """How the answerable cases ended, and what the pilot's samples say of documents like them; what was measured."""
    if shares := {name: one.value for name, one in head.classes.items() if one.value is not None}:
        yield f"Answerable cases: {', '.join(_classes(shares))}"
    found = head.new_documents
    if found is not None and found.value is not None:
        yield (
            f"New documents: {found.hits:g} of {found.n} samples had a silent error, so up to {100 * found.high:.1f} %"
            " of such documents may have one"
        )


def _classes(shares: Mapping[EndClass, float]) -> Iterator[str]:
    for name, part in zip(shares, rounded(list(shares.values())), strict=True):
        if part or name in ALWAYS:
            yield f"{part / 10:.1f} % {NAMES[name]}"


def rounded(shares: Sequence[float], whole: int = 1000) -> list[int]:
    """Shares that add up to 1, in parts of `whole` that add up to it: the largest remainders are rounded up.

    >>> rounded([1 / 3, 1 / 3, 1 / 3])
    [334, 333, 333]
    """
    exact = [round(share * whole, 9) for share in shares]
    parts = [floor(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda k: parts[k] - exact[k])
    for k in by_rest[: whole - sum(parts)]:
        parts[k] += 1
    return parts
