"""The words of the findings about unanswerable inputs: values that the service invents."""

from harness.core.finding import Example, Finding
from harness.core.finding_kinds import FindingKind, Why
from harness.report.findings.phrases import causes, listed, of, sure, value
from harness.report.findings.registry import Words, words

MAX_LINE = 100
"""Maximum number of characters in a line of evidence; a longer example takes two lines."""


@words(FindingKind.INVENTED_VALUES)
def invented_values(finding: Finding) -> Words:
    """The most confident invented value, and how careful the service is with ordinary damaged inputs."""
    return Words(
        "The service invents missing values",
        evidence=(
            *([f"{of(finding.count)} unanswerable inputs were answered with a value."] if finding.count else []),
            *(_example(finding.example) if finding.example else ()),
            *_others(finding),
            *_compared(finding),
            *(["One such answer alone decides nothing."] if finding.why == Why.ONE_CASE else []),
        ),
        advice=(
            "Refuse such an input, hand it over, or leave the field empty.",
            "If such inputs are legal for your service, remove unanswerable from [budget] robustness.",
        ),
    )


@words(FindingKind.NOTHING_INVENTED)
def nothing_invented(finding: Finding) -> Words:
    """That no value was invented, and for which inputs."""
    counted = [f"{of(finding.count)} unanswerable inputs were answered with a value."] if finding.count else []
    return Words("The service invents no values", evidence=(*counted, *_inputs(finding)))


@words(FindingKind.UNANSWERABLE_FAILED)
def unanswerable_failed(finding: Finding) -> Words:
    """Which inputs made the service fail, and how."""
    how = f" ({causes(finding.causes)})" if finding.causes else ""
    counted = [f"{of(finding.count)} unanswerable inputs got no answer and no refusal{how}."] if finding.count else []
    return Words(
        "The service fails on unanswerable inputs",
        evidence=(*counted, *_inputs(finding)),
        advice=("Refuse such an input with a status of [target] rejects, such as 422.",),
    )


def _example(example: Example) -> tuple[str, ...]:
    """What the input was and what came back, on one line if it fits."""
    confidence = "" if example.confidence is None else f" with confidence {sure(example.confidence)}"
    given = f"The input was {' '.join(example.given.split())}"
    got = f"he service returned {value(example.field)} {value(example.got)}{confidence}."
    together = f"{given}; t{got}"
    return (together,) if len(together) <= MAX_LINE else (f"{given}.", f"T{got}")


def _others(finding: Finding) -> tuple[str, ...]:
    given = finding.example.given if finding.example else ""
    names = [name for name in finding.names if name != given]
    return (f"Also answered: {listed(names, 2)}.",) if names else ()


def _compared(finding: Finding) -> tuple[str, ...]:
    damaged = finding.parts.get("damaged")
    return (f"For comparison: {of(damaged)} ordinary damaged inputs were silent errors.",) if damaged else ()


def _inputs(finding: Finding) -> tuple[str, ...]:
    return (f"Inputs: {listed(finding.names)}.",) if finding.names else ()
