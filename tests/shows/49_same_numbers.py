# slow: one whole demo, a minute
"""verdict.json of the demo and of three services holds the same numbers as on commit e30854f, but for CORRECTED.

The services are those of the golden screens of `harness check`: an honest, a lying and a timid one, 400 calls each.
Compared are every figure of the headline and of each breaking point, every figure of each criterion that is not
passed, the verdict, and the exit codes. Not compared are sentences, addresses and commands (PROSE), the order of
entries, and figures that e30854f did not have. Latency is not deterministic; no limit is set for it in these four
runs, so verdict.json has no figure of it. All that is compared was equal in repeated runs on one machine.

    python tests/shows/49_same_numbers.py [--write FILE]

compares with tests/golden/verdict_numbers.jsonl, or writes it (see tests/shows/frozen.py).
"""

import json
import math
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.endpoints.command import harness
from tests.endpoints.orders import MANNERS, write_pilot
from tests.endpoints.server import serving
from tests.shows.frozen import COMMIT, GOLDEN, file_to_write

REFERENCE = GOLDEN / "verdict_numbers.jsonl"
SERVICES = ("demo", "honest", "liar", "timid")
CALLS = 400
PROSE = ("first_line", "cases", "show", "cause", "finding", "notes")
"""Keys of a reason that hold no figure of the criterion."""

ADDED = ("n", "at_least", "unit")
"""Keys that a reason has since findings are facts."""

KEYS = {"line": "criterion"}
CRITERIA = {"company": "concurrency", "history": "state", "echoes": "round_trip", "anchors": "unanswerable"}
OUTCOMES = {"go": "passed", "no-go": "failed"}
"""Old names and new ones: of JSON keys, of criteria, of the outcome of a criterion. A new name maps to itself."""

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Correction:
    """Figures that differ from e30854f on purpose. service, key: patterns of what this show prints; `*` is any text."""

    service: str
    key: str
    why: str

    def covers(self, service: str, key: str) -> bool:
        """Whether it explains that figure."""
        return fnmatchcase(service, self.service) and fnmatchcase(key.translate(PLAIN), self.key.translate(PLAIN))


PLAIN = str.maketrans("[]", "()")
"""Brackets have a meaning in patterns."""

ASKING = "only cases that ask for an answer, weighed by how many of a pack's cases do (decision 0069)"
REPLIES = "every reply to the pilot counts, equal inputs count once, and 400 calls are spent otherwise (decision 0069)"
SAMPLES = "the demo has 60 samples and 480 calls instead of 24 and 400, as many as a go needs (decision 0069)"
CORRECTED: tuple[Correction, ...] = (
    Correction("*", "headline[classes].*", "new: how the answerable cases ended"),
    Correction("*", "headline[new_documents].*", "new: what the samples prove of new documents"),
    Correction("*", "headline[silent_errors_other].*", "new: accepted cases that ask for no answer"),
    Correction("*", "reasons[silent_errors_other].*", "new: accepted cases that ask for no answer"),
    Correction("*", "headline[handed_over].*", "one of headline.classes now"),
    Correction("*", "headline[samples].value", "the pilots have as many samples as a go needs"),
    Correction("*", "headline[silent_errors].*", ASKING),
    Correction("liar", "reasons[silent_errors].*", f"{ASKING}; it fails by silent_errors_other"),
    *(Correction("*", f"headline[{name}].{end}", REPLIES) for name in ("gap", "projected") for end in ("low", "n")),
    Correction("*", "headline[gap].high", REPLIES),
    *(Correction("*", f"headline[{name}].{end}", REPLIES) for name in ("pilot",) for end in ("low", "n")),
    *(Correction("*", f"headline[straight_through].{end}", REPLIES) for end in ("low", "high", "n")),
    Correction("timid", "reasons[straight_through].high", REPLIES),
    Correction("liar", "reasons[silent_errors_pack malformed_records].*", REPLIES),
    Correction("honest", "breaking_points[*].*", REPLIES),
    Correction("liar", "breaking_points[*].*", REPLIES),
    Correction("demo", "headline[projected].*", SAMPLES),
    Correction("demo", "headline[gap].*", SAMPLES),
    Correction("demo", "headline[straight_through].*", SAMPLES),
    Correction("demo", "breaking_points[*].*", SAMPLES),
    Correction("demo", "reasons[*].*", SAMPLES),
)

Entry = Mapping[str, Any]
"""A part of verdict.json without its sentences: one estimate, breaking point or criterion."""

Figures = Mapping[tuple[str, str], object]
"""Values by service and key."""


def run(service: str, folder: Path) -> Iterator[Entry]:
    """Run one service; the entries of its verdict.json."""
    out = folder / "run"
    if service == "demo":
        said = harness("demo", "--out", str(out))
    else:
        pilot = str(write_pilot(folder / "pilot"))
        with serving(MANNERS[service]) as url:
            options = ["--samples", pilot, "--truth", "total,carrier", "--calls", str(CALLS), "--out", str(out)]
            said = harness("check", url, *options)
    verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    for entry in entries(verdict):
        yield {"service": service, **entry}
    yield {"service": service, "part": "command", "exit_code": said.code}


def entries(verdict: Mapping[str, Any]) -> Iterator[Entry]:
    """The parts of verdict.json."""
    whole = {name: verdict[name] for name in ("verdict", "exit_code", "valid")}
    yield {"part": "run", **whole, "problems": len(verdict["problems"])}
    for name, value in verdict["headline"].items():
        if name == "breaking_points":
            yield from ({"part": name, **point} for point in value)
        else:
            yield {"part": "headline", "name": name, **(value if isinstance(value, dict) else {"value": value})}
    for reason in verdict["reasons"]:
        yield {"part": "reasons", **{name: value for name, value in reason.items() if name not in (*PROSE, *ADDED)}}


def measure() -> list[Entry]:
    """The entries of all services."""
    found: list[Entry] = []
    for service in SERVICES:
        with tempfile.TemporaryDirectory() as folder:
            found += run(service, Path(folder))
    return found


def renamed(entry: Entry) -> Entry:
    """The entry under the new names."""
    new = {KEYS.get(name, name): value for name, value in entry.items()}
    if new["part"] == "reasons":
        new["criterion"] = CRITERIA.get(new["criterion"], new["criterion"])
        status = new.pop("verdict", None) or new["status"]
        new["status"] = OUTCOMES.get(status, status)
    return new


def key_of(entry: Entry) -> str:
    """What tells an entry from the others of its service: `reasons[silent_errors_pack scanned_faxes]`."""
    names = [entry[name] for name in ("name", "op", "criterion", "slice") if entry.get(name)]
    return f"{entry['part']}[{' '.join(names)}]" if names else str(entry["part"])


def figures_of(found: list[Entry]) -> Figures:
    """Every value of every entry; a criterion that is passed is no reason and left out."""
    figures: dict[tuple[str, str], object] = {}
    for entry in map(renamed, found):
        if entry["part"] == "reasons" and entry["status"] == "passed":
            continue
        for name in entry.keys() - {"service", "part", "name", "op", "criterion", "slice"}:
            key = entry["service"], f"{key_of(entry)}.{name}"
            if key in figures:
                raise SystemExit(f"{key[0]}: two entries of verdict.json are called {key_of(entry)}")
            figures[key] = entry[name]
    return figures


def same(one: object, other: object) -> bool:
    """Whether two values are equal but for the rounding of floats."""
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return type(one) is type(other) and one == other


def compare(now: Figures, before: Figures) -> dict[tuple[str, str], str]:
    """What differs, by service and key. An entry that e30854f did not have differs, a new figure of an old one not."""
    known = {(service, key.rpartition(".")[0]) for service, key in before}
    different = {}
    for name, value in before.items():
        if name not in now or not same(value, now[name]):
            different[name] = f"{value!r} on {COMMIT}, now {now.get(name, 'missing')!r}"
    for name in now.keys() - before.keys():
        if (name[0], name[1].rpartition(".")[0]) not in known:
            different[name] = f"not on {COMMIT}, now {now[name]!r}"
    return dict(sorted(different.items()))


def write(path: Path) -> None:
    """The reference: one line for each entry, under the names of e30854f."""
    path.write_text("".join(json.dumps(entry) + "\n" for entry in measure()), encoding="utf-8")


def main() -> int:
    if path := file_to_write(__doc__):
        write(path)
    lines = (path or REFERENCE).read_text(encoding="utf-8").splitlines()
    now, before = figures_of(measure()), figures_of([json.loads(line) for line in lines])
    different = compare(now, before)
    found = {name: [one for one in CORRECTED if one.covers(*name)] for name in different}
    for (service, key), what in different.items():
        why = next((one.why for one in found[service, key]), "NOT LISTED in CORRECTED")
        print(f"{service}: {key}: {what}; {why}")
    used = {one for ones in found.values() for one in ones}
    unused = [one for one in CORRECTED if one not in used]
    for one in unused:
        print(f"{one.service}: {one.key}: listed in CORRECTED, and not different")
    wrong = [name for name, ones in found.items() if not ones]
    print(
        f"{len(before)} figures of {len(SERVICES)} services: {len(wrong)} differ from {COMMIT},"
        f" {len(different) - len(wrong)} corrected on purpose,"
        f" {len(now.keys() - before.keys() - different.keys())} newer"
    )
    return 1 if wrong or unused else 0


if __name__ == "__main__":
    sys.exit(main())
