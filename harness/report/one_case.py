"""One case of a run on the screen: what was sent, what was expected, what came back."""

from collections.abc import Iterator, Mapping, Sequence

from harness.core.case import CHANGED_FIELD, Scalar, Step
from harness.core.reply import Judged
from harness.core.robustness import SENT, WAS
from harness.report.findings.phrases import sure as sure_of
from harness.report.sent_input import SentInput, input_lines
from harness.report.words import printable

OF_CHANGES = (CHANGED_FIELD, WAS, SENT)
"""Tags that say what the lines of the changed values say."""

LONGEST = 48
"""Maximum number of characters of a value; the stored reply has the full value."""


def case_screen(
    address: str,
    steps: Sequence[Step],
    truth: Mapping[str, Scalar],
    tags: Mapping[str, str],
    expect: str,
    judged: Sequence[Judged],
    met: Mapping[int, Sequence[str]] | None = None,
    sent: SentInput | None = None,
) -> str:
    """The case as plain text: its steps, what was sent, then truth and answer of each repeat.

    met: its faults, by repeat. sent: its input, if it is known.
    """
    lines = [f"{address}   expects {expect}"]
    lines += [f"  {_describe(step)}" for step in steps if step.severity] or ["  as it is"]
    shown = {name: value for name, value in tags.items() if not (sent and sent.changes and name in OF_CHANGES)}
    lines += [f"  {', '.join(f'{name} {value}' for name, value in sorted(shown.items()))}"] if shown else []
    lines += ["", *told] if sent and (told := list(input_lines(sent))) else []
    for row in judged:
        faults = (met or {}).get(row.repeat, ())
        lines += ["", _head(row), *([f"  met {', '.join(faults)}"] if faults else []), *_fields(row, truth)]
    if truth and judged and not any(row.answer for row in judged):
        lines += ["", "no answer; the truth:", *(f"    {name:<18}{_short(value)}" for name, value in truth.items())]
    return printable("\n".join(lines))


def _describe(step: Step) -> str:
    return f"{step.op} at {step.severity}" + (f", {step.site}" if step.site else "")


def _head(row: Judged) -> str:
    sure = f", confidence {sure_of(row.confidence)}" if row.confidence is not None else ""
    why = f" ({row.reason})" if row.reason else ""
    cause = f" [{row.cause}]" if row.cause else ""
    silent = "   SILENT ERROR" if row.silent_error else ""
    did = f"{row.disposition}{cause}{sure}, {row.judgement}{why}{silent}"
    return f"repeat {row.repeat}: {did}, {row.latency * 1000:.0f} ms"


def _fields(row: Judged, truth: Mapping[str, Scalar]) -> Iterator[str]:
    if not row.answer:
        return
    yield f"    {'field':<18}{'truth':<{LONGEST // 2}}  answer"
    verdicts = {scored.name: scored for scored in row.fields}
    for name, value in truth.items():
        scored = verdicts.get(name)
        mark = {"right": " ", "wrong": "x", "unscored": "?"}[scored.verdict] if scored else " "
        why = f"   {scored.reason}" if scored and scored.reason else ""
        yield f"  {mark} {name:<18}{_short(value):<{LONGEST // 2}}  {_short(row.answer.get(name))}{why}"


def _short(value: Scalar) -> str:
    """A value on one line."""
    text = "-" if value is None else str(value)
    text = text.replace("\n", " ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
