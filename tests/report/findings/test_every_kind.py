"""Each kind of finding is made somewhere, and has words."""

import re
from pathlib import Path

import harness
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings import describe  # noqa: F401  its import registers the words of each kind
from harness.report.findings.registry import WRITERS

PACKAGE = Path(harness.__file__).parent


def named_in(*folders: str) -> set[str]:
    """Members of FindingKind and Why that the code of these folders names."""
    files = (path for folder in folders for path in (PACKAGE / folder).rglob("*.py"))
    return {name for path in files for name in re.findall(r"\b(?:FindingKind|Why)\.([A-Z_]+)", path.read_text())}


def test_every_kind_has_words() -> None:
    assert set(WRITERS) == set(FindingKind)


def test_every_kind_and_every_reason_is_used() -> None:
    assert {one.name for one in (*FindingKind, *Why)} - named_in("diff", "run") == set()


def test_every_kind_says_what_it_means_in_one_sentence() -> None:
    for kind in FindingKind:
        assert re.fullmatch(r"[A-Z][^.]*[.]", kind.meaning), kind
