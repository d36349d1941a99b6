"""The screen of `harness check --selftest`."""

from collections.abc import Iterator

from harness.core.regression.selftest import SelfTest, Tried
from harness.report.words import count, percent, printable


def selftest_screen(found: SelfTest) -> str:
    """The whole screen as plain text: whether the gate can be trusted, and its outcome for every change."""
    lines = [
        f"{_head(found)}   (exit {found.exit_code})",
        "",
        f"baseline  {found.baseline}: {count(found.cases, 'case')}, limit {percent(found.limit, 0)}",
        "",
        *_table(found),
        *([""] if found.blind else []),
        *(f"blind in {one}; more samples would show one" for one in found.blind),
    ]
    return printable("\n".join(lines) + "\n")


def _head(found: SelfTest) -> str:
    if found.failed:
        return f"SELF-TEST FAILED: the gate judged {count(found.failed, 'planted change')} wrongly; do not rely on it"
    if found.blind:
        return f"SELF-TEST INCOMPLETE: the gate sees no drop in {count(len(found.blind), 'critical slice')}"
    return "SELF-TEST PASSED: the gate reports the answers that were made worse, and no others"


def _table(found: SelfTest) -> Iterator[str]:
    slices = max((len(one.slice or "everywhere") for one in found.tried), default=0) + 2
    what = max((len(one.what) for one in found.tried), default=0) + 2
    expected = max((len(one.expected) for one in found.tried), default=0) + 2
    yield f"{'planted in':<{slices}}{'what':<{what}}{'expected':<{expected}}outcome".rstrip()
    for one in found.tried:
        yield f"{one.slice or 'everywhere':<{slices}}{one.what:<{what}}{one.expected:<{expected}}{_is(one)}"


def _is(one: Tried) -> str:
    return one.outcome if one.passed else f"{one.outcome}   WRONG"
