"""What the causes and findings of a screen claim, beside the same from the rows of the run."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.shows.recount import (
    ANSWERED,
    PILOT,
    Claim,
    Recount,
    Row,
    gives_value,
    invents,
    lower_bound,
    one_line,
    pack_of,
    right,
    silent,
    verdict_of,
)
from tests.shows.screen_failures import failure_of, inside
from tests.shows.screen_table import MISSING, measured, unanswerable

ALIKE = ("test", "kind", "slice", "subject", "circumstances", "modes")
"""What two causes have in common that are one."""

COUNT = re.compile(r"\d[\d,]* of \d[\d,]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A numbered cause, or a finding. lines: joined, as a sentence may take two. results: of verdict.json."""

    headline: str
    text: str
    results: Sequence[Row] = ()

    @property
    def address(self) -> str:
        """The case that its command shows, unless verdict.json names another one as its example."""
        shown = re.search(r"\$ harness show (\S+) --run", self.text)
        first = next(iter(self.results), None)
        finding = (first["cause"] or first["finding"]) if first else None
        example = finding["example"] if finding else None
        return str(example["address"]) if example else shown[1] if shown else ""

    @property
    def criterion(self) -> str:
        """The criterion that the headline names, if nothing explains it."""
        found = re.match(r"(?:Not enough evidence: )?(.+?):? -?[\d.]+(?: %| pts)?, limit ", self.headline)
        return f"{found[1][:1].lower()}{found[1][1:]}" if found else ""

    @property
    def fault(self) -> str:
        found = re.match(r"fault/([^#]+)#", self.address)
        return found[1] if found else ""


def groups_of(reasons: Sequence[Row]) -> list[list[Row]]:
    """The reasons, those of one cause together."""
    found: dict[str, list[Row]] = {}
    for place, reason in enumerate(reasons):
        cause = reason["cause"]
        found.setdefault(json.dumps([cause[name] for name in ALIKE]) if cause else str(place), []).append(reason)
    return list(found.values())


def happens(run: Recount, block: Block, found: re.Match[str]) -> str:
    headline = re.sub(r" \(explains \d+ criteria\)$", "", block.headline)
    failure = failure_of(headline.removesuffix(f" in cases {found['about']}"))
    able = [case for case in run.mix if failure and failure[1](case)]
    here = inside(found["about"], run, able)
    if failure is None or here is None:
        return MISSING
    hits, n = run.count(here, failure[0])
    control, others = run.count([case for case in able if case not in here], failure[0])
    contrast = f" ({control} of {others} {found['others']})" if found["others"] else ""
    return f"This happens in {hits} of {n} cases {found['about']}{contrast}."


def under_fault(run: Recount, block: Block, found: re.Match[str]) -> str:
    name = found["name"] or block.fault or block.headline.partition(" (")[0].rpartition(" ")[2]
    if not run.met(name):
        return MISSING
    hits, n, control, clean = run.under_fault(name, right if found["what"] == "right" else silent)
    without = f" ({control} of {clean} without the fault)" if found["without"] else ""
    return f"{found['start']}, {hits} of {n} cases were {found['what']}{without}{found['end']}"


def field_under_fault(run: Recount, block: Block, found: re.Match[str]) -> str:
    failure = failure_of(found["failure"])
    if failure is None or not run.met(block.fault):
        return MISSING
    hits, n, *_ = run.under_fault(block.fault, lambda row: failure[0](run.cases[row["address"]], row))
    return f"{found['failure']} in {hits} of {n} cases."


def invented(run: Recount, block: Block, found: re.Match[str]) -> str:
    hits, n = unanswerable(run)
    return f"{hits} of {n} unanswerable inputs were answered with a value."


def damaged(run: Recount, block: Block, found: re.Match[str]) -> str:
    hits, n = run.count([case for case in run.mix if pack_of(case) != PILOT], lambda _, row: silent(row))
    return f"For comparison: {hits} of {n} ordinary damaged inputs were silent errors."


def one_answer(run: Recount, block: Block, found: re.Match[str]) -> str:
    """Who gets that answer, accepted and wrong, here and elsewhere.

    Replies are all replies; a sample counts once in each scenario, with its first reply.
    """
    here = inside(found["about"], run, run.mix)
    if here is None:
        return MISSING
    rows = [(case, row) for case in run.mix for row in run.rows[case["address"]] if row["disposition"] in ANSWERED]
    if found["noun"] == "inputs":
        rows = list({_of_sample(case): (case, row) for case, row in reversed(rows)}.values())
    hits = [(case, row) for case, row in rows if silent(row) and _has(row, found["answer"])]
    (inner, all_), (n, total) = [(sum(case in here for case, _ in pairs), len(pairs)) for pairs in (hits, rows)]
    contrast = f"{all_ - inner} of {total - n} other {found['noun']}"
    return f"The answer is {found['answer']}. {inner} of {n} {found['noun']} {found['about']} have it ({contrast})."


def _of_sample(case: Row) -> tuple[str, str]:
    return str(case["address"]).partition("#")[0], case["tags"]["sample"]


def _has(row: Row, answer: str) -> bool:
    """Whether the whole answer, or one field that is not right, is this one."""
    fields = {name: f"{name} {one_line(row['answer'][name])}" for name in row["answer"] if gives_value(row, name)}
    wrong = [text for name, text in fields.items() if verdict_of(row, name) != "right"]
    return answer == ", ".join(fields.values()) or answer in wrong


def criterion(run: Recount, block: Block, found: re.Match[str]) -> str:
    """The counts of a criterion that nothing explains."""
    again = measured(run, block.criterion, block.results[0])
    return f"90 % interval {found['span']}; {again[1]}" if again else MISSING


def most(run: Recount, block: Block, found: re.Match[str]) -> str:
    """Where the silent errors of a slice are, and whether that is more than half of them."""
    cases = run.slice(block.criterion.removeprefix("silent errors in "))
    total, _ = run.count(cases, lambda _, row: silent(row))
    hits, n = run.count(
        [case for case in cases if case["tags"]["scenario"] == found["name"]], lambda _, row: silent(row)
    )
    amount = "most" if 2 * hits > total else "some"
    return (
        f"Scenario {found['name']} has {amount} of the silent errors. {hits} of {total} silent errors are in this"
        f" scenario. {hits} of {n} cases of the scenario are silent errors."
    )


def breaks(run: Recount, block: Block, found: re.Match[str]) -> str:
    seen = run.probes(found["op"], int(found["severity"]))
    low = lower_bound(seen.total() - seen["right"], seen.total())
    return (
        f"{found['op']} causes silent errors from severity {run.breaking_points()[found['op']][0]}. At least"
        f" {100 * low:.0f} % of inputs fail there (95 % lower bound, {seen.total()} probes)."
    )


EVIDENCE: Mapping[str, Callable[[Recount, Block, re.Match[str]], str]] = {
    r"This happens in \S+ of \S+ cases (?P<about>.+?)(?: \(\S+ of \S+ (?P<others>[^)]+)\))?\.(?= |$)": happens,
    r"(?P<start>(?:When|Under)(?: (?P<name>[^ ,]+)(?=,)| [^,]+)), \d+ of \d+ cases were"
    r" (?P<what>right|accepted with a wrong answer|silently wrong)(?P<without> \(\d+ of \d+ without the fault\))?"
    r"(?P<end>[^.]*\.)(?= |$)": under_fault,
    r"(?P<failure>\S+ (?:becomes|gets) .+?) in \d+ of \d+ cases\.": field_under_fault,
    r"\d+ of \d+ unanswerable inputs were answered with a value\.": invented,
    r"For comparison: \d+ of \d+ ordinary damaged inputs were silent errors\.": damaged,
    r"The answer is (?P<answer>.+?)\. \d+ of \d+ (?P<noun>replies|inputs) (?P<about>of .+?) have it"
    r" \([^)]+\)\.": one_answer,
    r"90 % interval (?P<span>[^;]*); (?:\d+ of \d+|weighted, n \d+|n \d+)": criterion,
    r"Scenario (?P<name>\S+) has (?:most|some) of the silent errors\. \d+ of \d+ silent errors are in this scenario\."
    r" \d+ of \d+ cases of the scenario are silent errors\.": most,
    r"(?P<op>\S+) causes silent errors from severity (?P<severity>\d+)\. At least \d+ % [^)]*\)\.": breaks,
}
"""Each sentence that holds counts, and the same sentence from the rows."""


def block_claims(block: Block, run: Recount) -> Iterator[Claim]:
    """Every count, the example, and how many criteria the cause explains."""
    text = block.text
    for pattern, recompute in EVIDENCE.items():
        for found in re.finditer(pattern, text):
            counts = len(COUNT.findall(found[0]))
            yield Claim(line=found[0], shown=found[0], recomputed=recompute(run, block, found), counts=counts)
            text = text.replace(found[0], "")
    for count in COUNT.findall(f"{block.headline} {text}"):
        yield Claim(line=block.headline, shown=count, recomputed=MISSING, counts=1)
    yield from _example(block, run)
    explains = re.search(r"\(explains (\d+) criteria\)", block.headline)
    if block.results:
        shown = int(explains[1]) if explains else 1
        yield Claim(line=block.headline, shown=f"explains {shown}", recomputed=f"explains {len(block.results)}")
    yield from _headline(block, run)
    yield from _command(block, run)


def _command(block: Block, run: Recount) -> Iterator[Claim]:
    """The command shows a case of this run; that of a cause one of the worst of its criterion."""
    found = re.search(r"\$ harness show (\S+) --run (\S+)", block.text)
    if found:
        worst = next((result["cases"] for result in block.results), run.cases)
        yield Claim(line=found[0], shown=True, recomputed=found[1] in worst and run.folder.match(found[2]))


def _headline(block: Block, run: Recount) -> Iterator[Claim]:
    """Under the fault of the headline, all wrong answers fail as it says, and they are most of all answers."""
    found = re.fullmatch(r"When [^,]+, (\S+ becomes .+)", block.headline)
    failure = failure_of(found[1]) if found else None
    if failure:
        rows = [row for row in run.met(block.fault) if silent(row)]
        same = all(failure[0](run.cases[row["address"]], row) for row in rows)
        yield Claim(line=block.headline, shown=True, recomputed=same and 2 * len(rows) > len(run.met(block.fault)))


def _example(block: Block, run: Recount) -> Iterator[Claim]:
    """The example is one that the rows of its case give."""
    found = re.search(r"(?:Example: |The input was ).*", block.text)
    if found:
        rows = run.rows.get(block.address, ())
        able = [text for row in rows for text in _examples(run.cases[block.address], row)]
        shown = next((text for text in able if found[0].startswith(text)), found[0])
        yield Claim(line=found[0], shown=shown, recomputed=shown if shown in able else able)


def as_shown(confidence: float) -> str:
    """Two digits, or as many as keep it below 1."""
    digits = 2
    while digits < 4 and confidence < 1 and f"{confidence:.{digits}f}".startswith("1"):
        digits += 1
    return f"{confidence:.{digits}f}"


def _examples(case: Row, row: Row) -> Iterator[str]:
    """Each true sentence about that reply, in the wording of a screen."""
    if row["disposition"] == "handed_over":
        yield f"Example: {one_line(case['address'])}."
    number = "" if row["confidence"] is None else f"confidence {as_shown(row['confidence'])}"
    sure = f" with {number}" if number else ""
    for name in dict.fromkeys((*case["truth"], *row["answer"])):
        truth, got = one_line(case["truth"].get(name)), one_line(row["answer"].get(name))
        returned = f"he service returned {name} {got}{sure}."
        if verdict_of(row, name) == "wrong":
            yield f"Example: {name} is {truth}; the service returned {got}{sure}."
            yield f"Example: {case['tags']['sample']}: {name} {got} instead of {truth}{sure.replace(' with', ',')}."
        if not row["fields"] and got != truth:
            yield f"Example: {name} is {truth}; the service returned {got}{sure}."
        if name in invents(case, row):
            yield f"Example: {name} cannot be determined; the service returned {got}{sure}."
            if given := case["tags"].get("unanswerable"):
                yield f"The input was {given}; t{returned}"
                yield f"The input was {given}. T{returned}"
