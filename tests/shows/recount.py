"""Counts of a run, taken from its rows alone: a second implementation that imports nothing of the harness.

It reads cases.jsonl, judged.jsonl, replies.jsonl and run.json. Two things are not in these files. The size of an input
is taken from the requests that the service received, by their digest. Which fields damage has destroyed is taken from
`asks` (none can be read) and from the site of `page.torn_field` (that one cannot).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import comb
from pathlib import Path
from statistics import fmean
from typing import Any

Row = Mapping[str, Any]
"""One line of a file: a case, or a judged reply."""

Holds = Callable[[Row, Row], bool]
"""Whether something holds for a case and one reply to it."""

PILOT = "pilot"
ANSWERED = ("accepted", "handed_over")
REPLIED = (*ANSWERED, "rejected")
NO_INFORMATION = ("", "unknown", "other", "others", "none", "n/a", "na", "nan", "null", "unclear", "undefined", "-")
"""Values that admit to knowing nothing."""

MIN_PROBES, MIN_FAILURES, FAILING, CONFIDENCE = 6, 3, 0.10, 0.95
"""When an op breaks the service: so many probes and failures, and the share that must fail, with that confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a line of the screen claims, and the same from the rows. counts: how many "N of M" it holds."""

    line: str
    shown: object
    recomputed: object
    counts: int = 0

    @property
    def holds(self) -> bool:
        return self.shown == self.recomputed


def silent(row: Row) -> bool:
    """Accepted and wrong."""
    return bool(row["disposition"] == "accepted" and row["judgement"] == "wrong")


def right(row: Row) -> bool:
    """Accepted and right."""
    return bool(row["disposition"] == "accepted" and row["judgement"] == "right")


def one_line(value: object) -> str:
    """A value as the screen shows it."""
    text = "" if value is None else " ".join(str(value).split())
    return (text if len(text) <= 40 else f"{text[:40]}…") or "nothing"


def verdict_of(row: Row, name: str) -> str:
    """Of one field: right, wrong or unscored; "" if it was not compared."""
    return next((str(one["verdict"]) for one in row["fields"] if one["name"] == name), "")


def gives_value(row: Row, name: str) -> bool:
    """Whether the field holds a value that claims to know something."""
    value = row["answer"].get(name)
    return value is not None and str(value).strip().casefold() not in NO_INFORMATION


def pack_of(case: Row) -> str:
    return str(case["address"]).partition("/")[0]


def torn(case: Row) -> list[str]:
    """The fields that were torn off."""
    return [step["site"] for step in case["steps"] if step["op"] == "page.torn_field"]


def readable(case: Row, name: str) -> bool:
    """Whether the input still shows the field."""
    return bool(case["asks"]) and name not in torn(case)


def invents(case: Row, row: Row) -> list[str]:
    """The fields of an accepted answer that the input does not show and that are not right by chance."""
    if row["disposition"] != "accepted":
        return []
    fields = [name for name in row["answer"] if gives_value(row, name)]
    if case["expect"] == "hand_over":
        return fields
    return [name for name in fields if not readable(case, name) and verdict_of(row, name) != "right"]


def lower_bound(hits: int, n: int) -> float:
    """The share that is exceeded with 95 % confidence if so many of n fail (Clopper and Pearson)."""
    low, high = 0.0, hits / n
    for _ in range(60):
        p = (low + high) / 2
        tail = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(hits, n + 1))
        low, high = (p, high) if tail < 1 - CONFIDENCE else (low, p)
    return low


def upper_bound(hits: int, n: int) -> float:
    """The share that is not exceeded with 95 % confidence (Clopper and Pearson)."""
    return 1 - lower_bound(n - hits, n)


@dataclass(frozen=True)
class Recount:
    """The rows of one run. sizes: bytes of each input, by its digest; empty if the service did not note them."""

    folder: Path
    sizes: Mapping[str, int] = field(default_factory=dict)

    def _lines(self, name: str) -> list[Row]:
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]

    @cached_property
    def cases(self) -> dict[str, Row]:
        return {case["address"]: case for case in self._lines("cases.jsonl")}

    @cached_property
    def replies(self) -> dict[tuple[str, int], Row]:
        return {(reply["address"], reply["repeat"]): reply for reply in self._lines("replies.jsonl")}

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """The judged replies of each case, in the order in which they were sent."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._lines("judged.jsonl"):
            found[row["address"]].append(row)
        return {address: sorted(rows, key=self._sent) for address, rows in found.items()}

    def _sent(self, row: Row) -> float:
        return float(self.replies[row["address"], row["repeat"]]["sent"])

    @cached_property
    def settings(self) -> Row:
        settings: Row = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))["settings"]
        return settings

    @cached_property
    def shares(self) -> dict[str, float]:
        """The share of each pack of the mix."""
        return {part["pack"]: part["share"] for part in self.settings["mix"]}

    @cached_property
    def mix(self) -> list[Row]:
        """The cases of the mix that have a reply; those that steps left as they were test nothing."""
        packs = {*self.shares, PILOT}
        found = [case for address, case in self.cases.items() if pack_of(case) in packs and self.rows.get(address)]
        return [case for case in found if case["changed"] or pack_of(case) == PILOT]

    def under(self, *starts: str) -> list[tuple[Row, Row]]:
        """Case and reply of each address that begins with one of these."""
        return [
            (self.cases[address], row)
            for address, rows in self.rows.items()
            if address.startswith(starts)
            for row in rows
        ]

    def count(self, cases: Iterable[Row], holds: Holds) -> tuple[int, int]:
        """For how many of the cases it holds in at least one reply."""
        found = [any(holds(case, row) for row in self.rows[case["address"]]) for case in cases]
        return sum(found), len(found)

    def slice(self, name: str) -> list[Row]:
        """The cases of the mix in a pack, or with a tag."""
        tags = (name, tuple(name.split("=", 1)))
        return [
            case
            for case in self.mix
            if pack_of(case) == name or {*tags} & {*case["tags"].values(), *case["tags"].items()}
        ]

    def inputs(self, cases: Iterable[Row]) -> list[list[Row]]:
        """The replies to each distinct input: cases with the same bytes, of which all ask for an answer or none."""
        found: defaultdict[tuple[str, str, bool], list[Row]] = defaultdict(list)
        for case in cases:
            found[pack_of(case), case["sha256"], case["asks"]] += self.rows[case["address"]]
        return list(found.values())

    def mean(self, cases: Iterable[Row], figure: Callable[[Row], float | None]) -> float:
        """The mean of a figure over inputs, each of which is the mean over its replies; None: not known."""
        return fmean(self._means(cases, figure))

    def _means(self, cases: Iterable[Row], figure: Callable[[Row], float | None]) -> list[float]:
        known = [[figure(row) for row in rows] for rows in self.inputs(cases)]
        values = [[value for value in of_input if value is not None] for of_input in known]
        return [fmean(of_input) for of_input in values if of_input]

    def weighted(self, figure: Callable[[Row], float | None]) -> tuple[float, float, int]:
        """Over the inputs that ask for an answer: the mean by the shares of the mix, the sum, and their number.

        A pack weighs its share times the part of its inputs that ask for an answer.
        """
        value = total = hits = 0.0
        n = 0
        for name, share in self.shares.items():
            cases = [case for case in self.mix if pack_of(case) == name]
            asking = [case for case in cases if case["asks"]]
            if not asking:
                continue
            means = self._means(asking, figure)
            weight = share * len(self.inputs(asking)) / len(self.inputs(cases))
            value, total = value + weight * fmean(means), total + weight
            hits, n = hits + sum(means), n + len(means)
        return value / total, hits, n

    def others(self, figure: Callable[[Row], float]) -> tuple[float, float, int]:
        """The same for inputs that ask for no answer, as a share of all inputs, by the shares of the mix."""
        value = hits = 0.0
        n = 0
        for name, share in self.shares.items():
            cases = [case for case in self.mix if pack_of(case) == name]
            found = self._means([case for case in cases if not case["asks"]], figure)
            count = len(self.inputs(cases))
            value, hits, n = value + share * sum(found) / count, hits + sum(found), n + count
        return value / sum(self.shares.values()), hits, n

    def samples(self) -> tuple[int, int]:
        """The distinct pilot samples with a silent error, and all of them."""
        replies = self.inputs(case for case in self.mix if pack_of(case) == PILOT)
        return sum(any(map(silent, rows)) for rows in replies), len(replies)

    def met(self, fault: str) -> list[Row]:
        """The replies under that fault."""
        return [
            row
            for _, row in self.under(f"fault/{fault}#")
            if fault in self.replies[row["address"], row["repeat"]]["faults"]
        ]

    @cached_property
    def clean(self) -> dict[str, Row]:
        """The replies of the same phase without a fault, by sample."""
        return {case["tags"]["sample"]: row for case, row in self.under("fault/clean#")}

    def under_fault(self, fault: str, holds: Callable[[Row], bool]) -> tuple[int, int, int, int]:
        """How often it holds under the fault, for samples that were right without it, and how often without it."""
        rows = self.met(fault)
        hits = [row for row in rows if holds(row) and right(self.clean[row["address"].partition("#")[2]])]
        return len(hits), len(rows), sum(map(holds, self.clean.values())), len(self.clean)

    def changed(self, *parts: str) -> tuple[int, int]:
        """How many replies of these parts of a robustness test differ from the first reply to the same sample."""
        under = [(case, row) for case, row in self.under(*parts) if row["disposition"] in REPLIED]
        pairs = [(self.rows[case["clean_twin"]][0], row) for case, row in under]
        differ = [(one["disposition"], one["answer"]) != (row["disposition"], row["answer"]) for one, row in pairs]
        return sum(differ), len(pairs)

    def probes(self, op: str, severity: int) -> Counter[str]:
        """What became of the probes of one op at one severity: `right`, or how they failed."""
        return Counter(
            "right" if right(row) or _may_refuse(case, row) else "silent" if silent(row) else row["disposition"]
            for case, row in self.under(f"probe/{op}@{severity}#")
            if silent(row) or right(row) or row["disposition"] != "accepted"
        )

    def breaking_points(self) -> dict[str, tuple[int, str]]:
        """The smallest severity at which each op breaks the service, and how; without the ops that do not."""
        found: dict[str, tuple[int, str]] = {}
        probed = {(case["tags"]["op"], int(case["tags"]["severity"])) for case, _ in self.under("probe/")}
        for op, severity in sorted(probed):
            seen = self.probes(op, severity)
            n, hits = seen.total(), seen.total() - seen.pop("right", 0)
            if n >= MIN_PROBES and hits >= MIN_FAILURES and lower_bound(hits, n) > FAILING:
                found.setdefault(op, (severity, seen.most_common(1)[0][0]))
        return found


def _may_refuse(case: Row, row: Row) -> bool:
    return row["disposition"] in ("handed_over", "rejected") and not case["asks"]
