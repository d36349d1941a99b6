"""What the table of a screen claims, beside the same from the rows of the run.

Bounds have no second implementation here (show 22 measures how often they hold): they are those of verdict.json, and
the value is between them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.shows.recount import PILOT, REPLIED, Claim, Recount, Row, invents, right, silent, upper_bound

MISSING = "no recomputation"
FIGURES: Mapping[str, str] = {
    "pilot quality": "pilot",
    "projected production quality": "projected",
}
"""Rows without a limit, and their names in the headline of verdict.json."""

ROW = re.compile(
    r"(?P<name>\S.*?) +(?P<value>-?[\d.]+)(?: %| pts)?  +(?P<span>-|-?[\d.]+ (?:-|to) [\d.]+) +"
    r"(?P<limit>-|[<>]= [\d.]+)(?: %| pts)? *"
    r"(?P<counts>weighted, n \d+|weighted [\d.]+/\d+|n \d+|[\d.]+ of \d+)? +(?P<status>\w*) *"
)
LABELS = re.compile(r"(passed as well \(\d+\)|breaking points|no breaking point up to severity 10|not fully probed): ")
HOW = {"silent": "silent", "handed_over": "handed over", "rejected": "refused", "error": "error"}
GATE: Mapping[str, str] = {
    "straight-through (answerable cases)": "straight_through",
    "silent errors (answerable cases)": "silent_errors",
    "silent errors (other cases)": "silent_errors",
    "pilot-to-production gap": "gap",
    "errors on good input": "errors",
    "undescribed traffic": "unknown",
    "pilot samples": "samples",
}
"""The setting that has the limit of a row; `silent errors in X` has `silent_errors_pack`, and the others have 0."""

Measured = tuple[float, str] | None
"""A value in percent, points or cases, and its counts; None if there is no second implementation."""


def of(hits: float, n: int, factor: float = 100.0) -> Measured:
    """A plain rate with its counts."""
    return factor * hits / n, f"{round(hits, 1):g} of {n}"


def quality(row: Row) -> float | None:
    value: float | None = row["quality"]
    return value


def failed(row: Row) -> bool:
    """An error that no damage excuses."""
    return row["disposition"] in ("error", "timeout", "dropped") and not row["crashed_on_input"]


def over_the_mix(figure: Callable[[Row], float | None]) -> Callable[[Recount], Measured]:
    def measure(run: Recount) -> Measured:
        value, hits, n = run.weighted(figure)
        return 100 * value, f"weighted {round(hits, 1):g}/{n}"

    return measure


def projected(run: Recount) -> Measured:
    value, _, n = run.weighted(quality)
    return 100 * value, f"weighted, n {n}"


def other_cases(run: Recount) -> Measured:
    value, hits, n = run.others(silent)
    return 100 * value, f"weighted {round(hits, 1):g}/{n}"


def pilot_quality(run: Recount) -> Measured:
    cases = [case for case in run.slice(PILOT) if case["asks"]]
    return 100 * run.mean(cases, quality), f"n {len(run.inputs(cases))}"


def gap(run: Recount) -> Measured:
    value, _, n = run.weighted(quality)
    cases = [case for case in run.slice(PILOT) if case["asks"]]
    return 100 * (run.mean(cases, quality) - value), f"weighted, n {n}"


def unanswerable(run: Recount) -> tuple[int, int]:
    pairs = [(case, row) for case, row in run.under("unanswerable/") if row["disposition"] in REPLIED]
    return sum(bool(invents(case, row)) for case, row in pairs), len(pairs)


MEASURES: Mapping[str, Callable[[Recount], Measured]] = {
    "pilot quality": pilot_quality,
    "projected production quality": projected,
    "straight-through (answerable cases)": over_the_mix(right),
    "silent errors (answerable cases)": over_the_mix(silent),
    "silent errors (other cases)": other_cases,
    "errors on good input": over_the_mix(failed),
    "pilot-to-production gap": gap,
    "undescribed traffic": lambda run: (100 * max(0.0, 1 - sum(run.shares.values())), ""),
    "pilot samples": lambda run: (float(run.samples()[1]), ""),
    "unanswerable inputs": lambda run: of(*unanswerable(run)),
    "concurrency": lambda run: of(*run.changed("concurrency/in_flight_", "concurrency/a_a_b#")),
}


def measured(run: Recount, name: str, result: Row) -> Measured:
    """What a row measures. result: its entry in verdict.json, which says what a test was about."""
    if name in MEASURES:
        return MEASURES[name](run)
    finding = result.get("finding")
    if name.startswith("silent errors under faults of ") and finding:
        found = [run.under_fault(fault, silent) for fault in filter(None, (finding["subject"],))]
        return next(((100 * (hits / n - usual / clean), f"{hits} of {n}") for hits, n, usual, clean in found), None)
    if name.startswith("silent errors in "):
        cases = run.slice(name.removeprefix("silent errors in "))
        n = len(run.inputs(cases))
        return of(n * run.mean(cases, silent), n) if cases else None
    later = finding and finding["kind"] == "answers_stable" and finding["circumstances"][0]["where"] == "later"
    return of(*run.changed("state/burst#", "state/later#")) if later else None


def row_claims(line: str, run: Recount, result: Row) -> Iterator[Claim]:
    """The value, its counts, its interval and its limit."""
    found = ROW.fullmatch(f"{line} ")
    counts = len(re.findall(r"\d+ of \d+", line))
    again = measured(run, found["name"], result) if found else None
    if not found or again is None:
        yield Claim(line=line, shown=line, recomputed=MISSING, counts=counts)
        return
    value, counted = again
    digits = len(found["value"].partition(".")[2])
    yield Claim(line=line, shown=float(found["value"]), recomputed=round(value, digits) + 0.0)
    yield Claim(line=line, shown=found["counts"] or "", recomputed=counted, counts=counts)
    if found["span"] != "-":
        low, high = 100 * result["low"], 100 * result["high"]
        between = "to" if low < 0 else "-"
        yield Claim(line=line, shown=found["span"], recomputed=f"{low:.1f} {between} {high:.1f}")
        yield Claim(line=line, shown=True, recomputed=low - 1e-6 <= value <= high + 1e-6)
    if found["name"] not in FIGURES:
        yield from _limit_claims(line, found, value, run)


def _limit_claims(line: str, found: re.Match[str], value: float, run: Recount) -> Iterator[Claim]:
    """The limit is that of the settings, and a row that failed is beyond it, one that passed is not."""
    name, (sign, shown) = found["name"], found["limit"].split()
    slice_ = name.startswith("silent errors in ")
    limit = run.settings["gate"].get("silent_errors_pack" if slice_ else GATE.get(name), 0)
    if name == "pilot samples":
        limit = limit or needed_samples(run)
    else:
        limit *= 100
    yield Claim(line=line, shown=float(shown), recomputed=round(limit, 6))
    beyond = value > limit + 1e-6 if sign == "<=" else value < limit - 1e-6
    if found["status"] in ("passed", "FAILED"):
        yield Claim(line=line, shown=found["status"], recomputed="FAILED" if beyond else "passed")


def needed_samples(run: Recount) -> int:
    """The fewest samples of which so many silent errors have an upper bound inside the limit of a pack."""
    hits, limit = run.samples()[0], run.settings["gate"]["silent_errors_pack"]
    return next(n for n in range(hits + 1, 100_000) if upper_bound(hits, n) <= limit + 1e-9)


ENDS: Mapping[str, Callable[[Row], bool]] = {
    "right": right,
    "wrong": silent,
    "not scored": lambda row: bool(row["disposition"] == "accepted" and row["judgement"] == "unscored"),
    "handed over": lambda row: bool(row["disposition"] == "handed_over"),
    "rejected": lambda row: bool(row["disposition"] == "rejected"),
    "errors": lambda row: row["disposition"] in ("error", "timeout", "dropped"),
}
"""How a case that asks for an answer can end."""

POPULATION = re.compile(r"(Answerable cases|New documents): ")


def population_claim(line: str, run: Recount) -> Iterator[Claim]:
    """The ends of the answerable cases, which add up to 100.0 %, or what the samples prove of new documents."""
    if line.startswith("New documents"):
        hits, n = run.samples()
        bound = 100 * upper_bound(hits, n)
        text = f"New documents: {hits} of {n} samples had a silent error, so up to {bound:.1f} %"
        yield Claim(line=line, shown=line, recomputed=f"{text} of such documents may have one", counts=1)
        return
    shown = {name: float(value) for value, name in re.findall(r"([\d.]+) % ([a-z ]+)", line)}
    yield Claim(line=line, shown=round(sum(shown.values()), 1), recomputed=100.0)
    for name, figure in ENDS.items():
        value = 100 * run.weighted(figure)[0]
        yield Claim(line=line, shown=True, recomputed=abs(shown.get(name, 0.0) - value) < 0.1)


def table_claims(lines: Sequence[str], run: Recount, verdict: Row) -> Iterator[Claim]:
    """The rows in the order of verdict.json, and the lines below them."""
    results = [*map(verdict["headline"].get, FIGURES.values()), *verdict["reasons"], *verdict["passed"]]
    about = [line for line in _joined(lines) if POPULATION.match(line)]
    lines = [line for line in _joined(lines) if not POPULATION.match(line)]
    for line in about:
        yield from population_claim(line, run)
    below = next((k for k, line in enumerate(lines) if LABELS.match(line)), len(lines))
    for line, result in zip(lines[1:below], results, strict=False):
        yield from row_claims(line, run, result)
    parts = LABELS.split(" ".join(lines[below:]))[1:]
    for label, text in zip(parts[::2], parts[1::2], strict=True):
        yield from _below(label, text.strip(), run, len(results) - (below - 1))


def _joined(lines: Sequence[str]) -> list[str]:
    """The lines, a continued one together with its beginning."""
    found: list[str] = []
    for line in lines:
        if line.startswith("   ") and found:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
    return found


def _below(label: str, text: str, run: Recount, hidden: int) -> Iterator[Claim]:
    """What stands below the rows. hidden: results without a row."""
    line, points = f"{label}: {text}", run.breaking_points()
    names, _, more = text.partition(" and ")
    if label.startswith("passed as well"):
        listed = len(names.split(", ")) + (int(more.split()[0]) if more else 0)
        yield Claim(line=line, shown=(label, listed), recomputed=(f"passed as well ({hidden})", hidden))
    elif label == "breaking points":
        order = sorted(points, key=lambda op: (points[op][0], op))
        right_ones = [f"{op} from {points[op][0]} ({HOW.get(points[op][1], points[op][1])})" for op in order]
        shown = names.split(", ")
        yield Claim(line=line, shown=shown, recomputed=right_ones[: len(shown)])
        yield Claim(line=line, shown=len(shown) + (int(more.split()[0]) if more else 0), recomputed=len(right_ones))
    elif label == "not fully probed":
        whole = [op for op in names.split(", ") if op in points or run.probes(op, 10).total() >= 6]
        yield Claim(line=line, shown=[], recomputed=whole)
    else:
        held = [op for op in names.split(", ") if op not in points and run.probes(op, 10).total() >= 6]
        yield Claim(line=line, shown=names.split(", "), recomputed=held)
