"""How answers fail and in which circumstances, by the words that a screen has for it."""

import re
from collections.abc import Callable, Mapping, Sequence

from tests.shows.recount import (
    Holds,
    Recount,
    Row,
    invents,
    one_line,
    pack_of,
    readable,
    silent,
    verdict_of,
)

EMPTY = "nothing"
"""What a screen calls an empty value."""

Failure = tuple[Holds, Callable[[Row], bool]]
"""Whether a case fails so, and whether it can."""


def _wrong(name: str) -> Failure:
    return (
        lambda _, row: silent(row) and verdict_of(row, name) == "wrong" and one_line(row["answer"].get(name)) != EMPTY,
        lambda case: readable(case, name),
    )


def _becomes(name: str, value: str) -> Failure:
    return (
        lambda _, row: silent(row) and verdict_of(row, name) == "wrong" and one_line(row["answer"].get(name)) == value,
        lambda case: readable(case, name),
    )


def _invented(name: str) -> Failure:
    """An input that should be refused can fail as a whole, whatever its fields, and is not counted here."""
    return (
        lambda case, row: name in invents(case, row),
        lambda case: case["expect"] in ("answer", "same") and not readable(case, name),
    )


def _handed_over() -> Failure:
    return lambda _, row: row["disposition"] == "handed_over", lambda case: bool(case["asks"])


def _not_refused() -> Failure:
    return lambda _, row: silent(row) and not row["fields"], lambda case: not case["asks"]


FAILURES: Mapping[str, Callable[..., Failure]] = {
    r"(?:Field )?(\S+) gets a wrong value": _wrong,
    r"(?:Field )?(\S+) is invented when it cannot be determined": _invented,
    r"(?:Field )?(\S+) becomes (.+)": _becomes,
    r"The service hands cases over to a person": _handed_over,
    r"The service accepts inputs that it should refuse": _not_refused,
}


def failure_of(text: str) -> Failure | None:
    """The failure that a clause without its circumstance names; None if there is no second implementation."""
    matches = ((re.fullmatch(pattern, text), make) for pattern, make in FAILURES.items())
    return next((make(*match.groups()) for match, make in matches if match), None)


Setting = Callable[[Recount, Row], bool]


def _everywhere() -> Setting:
    return lambda run, case: True


SETTINGS: Mapping[str, Callable[..., Setting]] = {
    r"with op (\S+)": lambda op: lambda run, case: any(step["op"] == op for step in case["steps"]),
    r"of scenario (\S+)": lambda name: lambda run, case: str(case["address"]).startswith(f"{name}#"),
    r"of pack (\S+)": lambda name: lambda run, case: pack_of(case) == name,
    r"sent as (\S+)": lambda name: lambda run, case: case["media_type"] == name,
    r"of ([\d,]+) bytes or more": lambda n: lambda run, case: run.sizes[case["sha256"]] >= int(n.replace(",", "")),
    r"that ask for (?:an|no) answer|with(?:out)? a readable \S+": _everywhere,
}
"""What sets the cases apart, by what follows "cases"; the last ones say which cases can fail so."""


def inside(about: str, run: Recount, cases: Sequence[Row]) -> list[Row] | None:
    """The cases in the circumstances that are named; None if there is no second implementation of one."""
    for one in about.split(" and "):
        matches = ((re.fullmatch(pattern, one), make) for pattern, make in SETTINGS.items())
        setting = next((make(*match.groups()) for match, make in matches if match), None)
        if setting is None:
            return None
        cases = [case for case in cases if setting(run, case)]
    return list(cases)
