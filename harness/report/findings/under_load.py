"""Words for what a load run found about the service as a whole."""

from collections.abc import Iterator

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.circumstances import SHARED
from harness.report.findings.phrases import of, value
from harness.report.findings.registry import Words, words

DAY = 24 * 60 * 60


@words(FindingKind.RATE_NOT_SUSTAINED)
def rate_not_sustained(finding: Finding) -> Words:
    """The rates that were asked, sent and answered, and what is missing."""
    asked, answered = finding.numbers["asked"], finding.numbers["answered"]
    return Words(
        f"The service does not sustain the rate: {answered:.4g}/s answered of {asked:.4g}/s",
        tuple(_evidence(finding)),
        ("Try a lower --rate. The service must answer at the rate of production without a growing wait.",),
    )


def _evidence(finding: Finding) -> Iterator[str]:
    numbers, lost = finding.numbers, finding.count if finding.count and finding.count.hits else None
    if numbers["gone"]:
        unsent = f"; {numbers['unsent']:.0f} planned requests were not sent any more" if numbers["unsent"] else ""
        yield f"The service stopped answering{unsent}."
    elif numbers["sent"] < numbers["asked"]:
        yield f"{numbers['sent']:.4g}/s were sent; the others waited for earlier requests to end."
    if lost:
        yield f"{of(lost)} requests got no reply."
    elif numbers["answered"] < numbers["sent"]:
        yield "Every request was answered, but the wait grew from the first quarter of the load to the last."


@words(FindingKind.WRONG_UNDER_LOAD)
def wrong_under_load(finding: Finding) -> Words:
    """From which concurrency on answers are wrong, the contrast, one example, and whether it lasts."""
    most = int(finding.circumstances[0].value)
    above = f"above {most} requests in flight" if most else "under load"
    usual = "with fewer, or alone" if most else "when sent alone"
    evidence = [f"{_of(finding.count)} answers are accepted and wrong {above} ({_of(finding.control)} {usual})."]
    if (one := finding.example) and one.field:
        got = f"the service returned {value(one.got)}"
        evidence.append(f"Example: {value(one.address)}: {value(one.field)} is {value(one.expected)}; {got}.")
    if after := finding.parts.get("after"):
        evidence.append(f"After the load {of(after)} answers are wrong, sent one at a time.")
    return Words(f"Answers become wrong {above}", tuple(evidence), (SHARED,))


def _of(count: Count | None) -> str:
    return of(count or Count(0, 0))


@words(FindingKind.QUALITY_UNDER_LOAD)
def quality_under_load(finding: Finding) -> Words:
    """How many silent errors there are under load and alone, up to which concurrency."""
    most = int(finding.numbers["most"])
    return Words(
        f"Answers are no worse with {most} {'request' if most == 1 else 'requests'} in flight",
        (f"{_of(finding.count)} answers under load are accepted and wrong ({_of(finding.control)} when sent alone).",),
    )


@words(FindingKind.ANSWERS_CACHED)
def answers_cached(finding: Finding) -> Words:
    """How much quicker repeats are, and what that means for the figures of the load."""
    numbers = finding.numbers
    first, again, salted = (f"{1000 * numbers[name]:.3g} ms" for name in ("first", "again", "salted"))
    took = f"A first request takes {first}, the same again {again}, the same input in other bytes {salted}."
    if "share" not in numbers:
        own = "The requests of the load differ in their bytes, so its figures are those without the cache."
        return Words("Repeated requests are answered from a cache", (own, took))
    share = f"At least {100 * numbers['share']:.0f} % of the answers under load came from the cache."
    evidence = (share, took, "Latency and rate are those of repeated inputs; production's inputs are mostly new.")
    advice = "Switch the cache off for the load, or give it more cases with --calls than it has requests."
    return Words("The load was answered from a cache", evidence, (advice,))


GROWING = {"memory": "Memory", "handles": "Open files and connections", "threads": "Threads"}
"""What grows, by the subject of the finding."""


@words(FindingKind.TARGET_GROWS)
def target_grows(finding: Finding) -> Words:
    """What grows with each request, with its interval, and what that comes to in a day."""
    each, low, high, rate = (finding.numbers[name] for name in ("each", "low", "high", "rate"))
    memory = finding.subject == "memory"
    figures = [_bytes(one) if memory else f"{one:.3g}" for one in (each, low, high, each * rate * DAY)]
    return Words(
        f"{GROWING[finding.subject]} of the service grow{'s' if memory else ''} with each request",
        (
            f"By {figures[0]} a request, between {figures[1]} and {figures[2]} (90 % interval).",
            f"At {rate:.4g} requests a second that is {figures[3]} a day.",
        ),
        ("Look for lists, caches without a limit, and connections that requests leave behind.",),
    )


def _bytes(number: float) -> str:
    """As "1.02 kB" or "3.4 GB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(number) < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.3g} {unit}"


@words(FindingKind.LIMIT_FOUND)
def limit_found(finding: Finding) -> Words:
    """Both sides of the limit, what broke, and the right answers in time."""
    low, high, needed = (finding.numbers.get(name) for name in ("low", "high", "needed"))
    holds = f"The service holds {low:.4g}/s" if low else "The service holds no rate that was tried"
    evidence = [f"It breaks at {high:.4g}/s: {BROKEN[finding.subject]}."] if high is not None else []
    if low:
        evidence.append(f"At {low:.4g}/s it gives {finding.numbers['good']:.4g} right answers in time a second.")
    if high is None:
        evidence.append("No rate that was tried broke it.")
    below = high is not None and needed is not None and high <= needed
    advice = ("Add capacity, or lower what production sends, before you go live.",) if below else ()
    return Words(f"{holds}, {needed:.4g}/s needed", tuple(evidence), advice)


BROKEN = {
    "p95": "the 95th percentile of the latency is above its limit",
    "errors": "too many requests of good input get no answer",
    "silent errors": "more answers are accepted and wrong than at the rates below",
    "rate": "it answers fewer requests in a second than are sent",
    "": "no load was sent",
}
"""What broke, by the name of the objective."""
