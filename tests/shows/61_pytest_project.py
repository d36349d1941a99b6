# slow: about a minute
"""A team's project under pytest: a flawless service is green, a weak one is red only where it is weak.

The configuration is that of docs/guides/pytest.md, with its 400 calls and with the 120 of a pull request
(`--harness-allow-undecided`). The services are one without a defect and some with one weakness each. What the report
of pytest calls failed is compared with the cases in the run folder, counted here anew.

    python tests/shows/61_pytest_project.py
"""

import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.statistics.shares import share_bounds
from tests.endpoints.orders import honest
from tests.endpoints.pytest_project import run_pytest, write_project
from tests.endpoints.server import Answer, serving

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/pytest.md"
LIMIT = 0.10
"""`[gate] silent_errors_pack`, which the guide leaves at its default."""

USUAL_CALLS, SMALL = 400, 120
"""The budget of the guide, and that of a pull request."""

USUAL = {
    "quantity": 1,
    "unit_price": 10.0,
    "discount": 0.0,
    "country": "DE",
    "express": False,
    "note": "",
    "order_id": "0",
}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def fills_in(body: bytes) -> tuple[int, object]:
    """Takes a usual value for what is missing, and refuses everything else as the flawless service does."""
    order = _json(body)
    return honest(json.dumps({**USUAL, **order}).encode() if isinstance(order, dict) else body)


def counts_null_as_none(body: bytes) -> tuple[int, object]:
    """Takes a usual value for null."""
    order = _json(body)
    if not isinstance(order, dict):
        return honest(body)
    return honest(json.dumps({name: USUAL.get(name) if v is None else v for name, v in order.items()}).encode())


def closes_brackets(body: bytes) -> tuple[int, object]:
    """Reads as far as a body goes that breaks off, and takes usual values for the rest."""
    if _json(body) is not None:
        return honest(body)
    whole = re.match(rb'\s*\{(?:\s*"[^"]*"\s*:\s*(?:"[^"]*"|[^",{}\[\]]+)\s*,)*', body)
    order = _json(whole[0].rstrip(b", \n") + b"}") if whole else None
    return honest(json.dumps({**USUAL, **order}).encode() if isinstance(order, dict) else body)


SERVICES: Mapping[str, Answer] = {
    "flawless": honest,
    "fills in missing fields": fills_in,
    "takes null for a usual value": counts_null_as_none,
    "accepts truncated bodies": closes_brackets,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session of pytest. outcomes: of its items, by name. silent: by scenario, whether each case is accepted and
    wrong. failed: the items of the criteria that failed.
    """

    code: int
    verdict: str
    outcomes: Mapping[str, str]
    silent: Mapping[str, list[bool]]
    failed: set[str]

    def red(self) -> set[str]:
        """The items that failed."""
        return {name for name, outcome in self.outcomes.items() if outcome not in ("PASSED", "SKIPPED")}

    def skipped(self) -> int:
        """The number of items that were skipped."""
        return sum(outcome == "SKIPPED" for outcome in self.outcomes.values())

    def beyond(self) -> set[str]:
        """The scenarios whose failing cases pass the limit."""
        return {name for name, rows in self.silent.items() if share_bounds(sum(rows), len(rows))[0] > LIMIT}


def session(answer: Answer, *args: str) -> Session:
    """pytest over the guide's configuration, against that service."""
    (toml,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    with tempfile.TemporaryDirectory() as name, serving(answer) as url:
        folder = write_project(Path(name), url, toml=toml.replace("http://127.0.0.1:8000/score", "{url}"))
        said = run_pytest(folder, "harness.toml", "-v", *args)
        found = re.findall(r"^harness\.toml::(\S+) (PASSED|FAILED|SKIPPED|ERROR|XFAIL)", said.out, re.MULTILINE)
        (run,) = (folder / "reports").iterdir()
        verdict = json.loads((run / "verdict.json").read_text(encoding="utf-8"))
        reasons = (one for one in verdict["reasons"] if one["status"] == "failed")
        failed = {"/".join(filter(None, ("gate", one["criterion"], one["slice"]))) for one in reasons}
        return Session(
            code=said.code, verdict=verdict["verdict"], outcomes=dict(found), silent=_silent(run), failed=failed
        )


def _silent(run: Path) -> dict[str, list[bool]]:
    rows: dict[str, bool] = {}
    for row in map(json.loads, (run / "judged.jsonl").read_text(encoding="utf-8").splitlines()):
        wrong = row["disposition"] == "accepted" and row["judgement"] == "wrong"
        rows[row["address"]] = rows.get(row["address"], False) or wrong
    found: dict[str, list[bool]] = defaultdict(list)
    for address, wrong in rows.items():
        found[address.partition("#")[0]].append(wrong)
    return found


def short(name: str, calls: int, found: Session) -> Iterator[str]:
    """What falls short of the promise, one sentence each."""
    if name == "flawless":
        if found.code or found.red():
            yield f"exit {found.code}, red: {', '.join(sorted(found.red()))}"
        if calls > SMALL and found.skipped():
            yield "the guide's own budget leaves items open"
        return
    asked = found.verdict == "no-go" or (found.verdict == "undecided" and calls > SMALL)
    expected = {*(found.beyond() & found.outcomes.keys()), *found.failed, *(["gate/verdict"] if asked else [])}
    if found.code != 1 or not expected:
        yield f"the weakness is not found: exit {found.code}"
    for one in sorted(found.red() ^ expected):
        rows = found.silent.get(one, [])
        yield f"{one}: {found.outcomes.get(one)}, {sum(rows)} of {len(rows)} cases accepted and wrong"


def main() -> int:
    fell, told = 0, []
    for name, answer in SERVICES.items():
        for calls, more in ((USUAL_CALLS, ()), (SMALL, ("--harness-calls", str(SMALL), "--harness-allow-undecided"))):
            found = session(answer, *more)
            for one in short(name, calls, found):
                fell += 1
                print(f"FELL SHORT: {name}, {calls} calls: {one}")
            line = f"{name}, {calls} calls: {len(found.red())} red, {found.skipped()} skipped of {len(found.outcomes)}"
            print(line, *sorted(found.red()), sep="\n    ")
            told.append(f"{name} {len(found.red())} red at {calls}")
    print(f"61: {'each red where it is weak' if not fell else f'{fell} fell short'}: {', '.join(told)}")
    return 1 if fell else 0


if __name__ == "__main__":
    sys.exit(main())
