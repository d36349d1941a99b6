# slow: one whole demo, a minute
"""The screen of the demo and of three services fits 40 lines and 100 columns, and each count on it is true.

Every "N of M", and what else a line claims, is recomputed from cases.jsonl, judged.jsonl and replies.jsonl by a second
implementation (recount.py), which imports nothing of the harness. verdict.json only says which claim a line makes. The
screens with --verbose are recomputed as well; their size is free. A count without a recomputation fails the show.
"""

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from rich.cells import cell_len

from tests.endpoints.command import CommandResult, ended, start
from tests.endpoints.orders import MANNERS, write_pilot
from tests.endpoints.server import Heard, serving
from tests.shows.recount import Claim, Recount, Row
from tests.shows.screen_causes import Block, block_claims, groups_of
from tests.shows.screen_table import MISSING, table_claims

MAX_LINES, MAX_COLUMNS = 40, 100
CALLS, SECONDS = 400, 600
OUT = "reports/20260101-000000-check"
"""The run folder, with a name as long as the one that a run gets by itself."""

UNITS = {"s": 1, "min": 60, "h": 3600}

UNTESTED: Mapping[str, Callable[[Recount], bool]] = {
    r"Not tested: cold start \(set \[target\] start .*": lambda run: not run.settings["target"]["start"],
    r"Not tested: leaks between customers \(set .*": lambda run: not run.settings["target"]["other_headers"],
    r"Not tested: values that the reply repeats.*": lambda run: not run.under("round_trip/"),
    r"Not tested: .* \(no scenario fits the samples\).*": lambda run: True,
    r"Not tested: .* \(not in the mix\).*": lambda run: (
        not any(run.under(f"{name}/") for name in ("malformed_json", "doubtful_records"))
    ),
    r"\d+ of \d+ faults .*": lambda run: True,
    r"Assumed: the traffic mix .*": lambda run: any(part["source"] == "guess" for part in run.settings["mix"]),
}
"""What was not tested or is assumed, and whether it is so."""


def command(folder: Path, *args: str) -> CommandResult:
    """One command line in that folder, as its reader types it."""
    return ended(start(*args, cwd=folder), seconds=SECONDS)


def run(service: str, folder: Path) -> tuple[CommandResult, Recount]:
    """Check one service; its run folder is OUT."""
    heard: list[Heard] = []
    if service == "demo":
        done = command(folder, "demo", "--out", OUT)
    else:
        write_pilot(folder / "pilot")
        with serving(MANNERS[service], heard=heard) as url:
            options = ["--samples", "pilot", "--truth", "total,carrier", "--calls", str(CALLS), "--out", OUT]
            done = command(folder, "check", url, *options)
    if not (folder / OUT / "verdict.json").exists():
        raise SystemExit(f"{service}: no verdict (exit code {done.code})\n{done.out}{done.err}")
    return done, Recount(folder / OUT, {sha256(one.body).hexdigest(): len(one.body) for one in heard})


def claims_of(screen: str, again: Recount, verdict: Row, code: int) -> Iterator[Claim]:
    """What the screen claims, paragraph by paragraph. code: exit code of `harness check`."""
    for paragraph in screen.strip().split("\n\n"):
        lines = paragraph.splitlines()
        if lines[0].startswith("criterion "):
            yield from table_claims(lines, again, verdict)
        elif re.match(r"\d+  ", lines[0]):
            yield from cause_claims(lines, again, verdict)
        elif lines[0] == "Findings":
            for block in _blocks(lines[1:], r"   (?=\S)"):
                yield from block_claims(block, again)
        else:
            joined = re.sub(r"\n +", " ", paragraph).splitlines()
            for line in joined:
                yield single_claim(line, again, verdict, code)


def _blocks(lines: Sequence[str], mark: str) -> Iterator[Block]:
    """The lines that belong together. mark: how the first of them begins."""
    starts = [place for place, line in enumerate(lines) if re.match(mark, line)]
    for begin, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        first, *others = (re.sub(mark, "", lines[begin]), *(line.strip() for line in lines[begin + 1 : end]))
        yield Block(headline=first, text=" ".join(others))


def cause_claims(lines: Sequence[str], again: Recount, verdict: Row) -> Iterator[Claim]:
    """Each cause, and how many there are."""
    more = re.fullmatch(r"   and (\d+) more causes? \(--verbose\)", lines[-1])
    blocks = list(_blocks(lines[: -1 if more else None], r"\d+  "))
    groups = groups_of(verdict["reasons"])
    for block, group in zip(blocks, groups, strict=False):
        yield from block_claims(Block(headline=block.headline, text=block.text, results=group), again)
    yield Claim(line=lines[-1], shown=len(blocks) + (int(more[1]) if more else 0), recomputed=len(groups))


def single_claim(line: str, again: Recount, verdict: Row, code: int) -> Claim:
    """What a line outside the table and the causes claims."""
    untested = next((holds for pattern, holds in UNTESTED.items() if re.fullmatch(pattern, line)), None)
    if untested:
        return Claim(line=line, shown=True, recomputed=untested(again))
    rest = re.fullmatch(r"and (\d+) more not tested \(--verbose\)", line)
    if rest:
        return Claim(line=line, shown=int(rest[1]), recomputed=not_tested(again, verdict) - 1)
    known = (
        _heading(verdict, code),
        *_ends(line, again),
        f"harness check would have exited with {code} ({verdict['verdict']})",
    )
    shown = re.sub(r" {2,}", "  ", line)
    return Claim(line=line, shown=shown, recomputed=shown if shown in known else known)


def not_tested(again: Recount, verdict: Row) -> int:
    """How many things the findings name as not tested, and one more if the mix is assumed."""
    found = json.loads((again.folder / "findings.json").read_text(encoding="utf-8"))
    kinds = ("not_tested", "fault_not_tried", "fault_not_met", "upstream_unused")
    missing = [one for one in found if one["kind"] in (*kinds, "packs_not_applicable", "packs_not_drawn")]
    return len(missing) + bool(verdict["headline"]["mix"] == "assumed")


def _heading(verdict: Row, code: int) -> str:
    """The first line, with the statuses counted."""
    statuses = [reason["status"] for reason in verdict["reasons"]]
    failed, passed = statuses.count("failed"), len(verdict["passed"])
    if not statuses:
        return f"GO  all {passed} criteria passed  exit code {code}"
    word = "NO-GO" if failed else "UNDECIDED"
    parts = [f"{failed} criteri{'on' if failed == 1 else 'a'} failed"] if failed else []
    return f"{word}  {', '.join(parts)}, {len(statuses) - failed} undecided, {passed} passed  exit code {code}"


def _ends(line: str, again: Recount) -> Iterator[str]:
    """The last lines: replies and seconds, which are rounded, and the number of findings."""
    found = re.fullmatch(r"\d+ replies in (\d+(?:\.\d+)?) (s|min|h)\. Report: (\S+)", line)
    seconds = max(reply["done"] for reply in again.replies.values())
    if found and found[3] == f"{OUT}/report.html" and (again.folder / "report.html").is_file():
        digits = len(found[1].partition(".")[2])
        yield f"{len(again.replies)} replies in {seconds / UNITS[found[2]]:.{digits}f} {found[2]}. Report: {found[3]}"
    findings = len(json.loads((again.folder / "findings.json").read_text(encoding="utf-8")))
    yield f"Everything ({findings} finding{'' if findings == 1 else 's'}): harness show {OUT} --verbose"


def check(service: str, folder: Path) -> tuple[int, int, list[Claim]]:
    """Lines and columns of the first screen, and the claims on it and on the one with --verbose."""
    done, again = run(service, folder)
    verdict = json.loads((again.folder / "verdict.json").read_text(encoding="utf-8"))
    code = verdict["exit_code"] if service == "demo" else done.code
    whole = command(folder, "show", OUT, "--verbose").out
    claims = [claim for screen in (done.out, whole) for claim in claims_of(screen, again, verdict, code)]
    lines = done.out.splitlines()
    return len(lines), max(map(cell_len, lines)), claims


def main() -> int:
    heights, widths, claims = [], [], []
    for service in ("demo", *MANNERS):
        with tempfile.TemporaryDirectory() as folder:
            lines, columns, found = check(service, Path(folder))
        heights.append(lines)
        widths.append(columns)
        claims += found
        print(f"{service}: {lines} lines, {columns} columns, {sum(one.counts for one in found)} counts")
        for one in {repr(one): one for one in found if not one.holds}.values():
            print(f"  {one.line}\n    screen: {one.shown}\n    rows:   {one.recomputed}")
    differ = [one for one in claims if not one.holds]
    missing = sum(one.recomputed == MISSING for one in differ)
    print(
        f"46: {len(heights)} screens, at most {max(heights)} lines and {max(widths)} columns;"
        f" {sum(one.counts for one in claims)} counts and {sum(not one.counts for one in claims)} other claims"
        f" recomputed, {len(differ) - missing} differ, {missing} without recomputation"
    )
    return 1 if differ or max(heights) > MAX_LINES or max(widths) > MAX_COLUMNS else 0


if __name__ == "__main__":
    sys.exit(main())
