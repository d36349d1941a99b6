"""Words for confidence and hand-over: what the confidence is worth, what is wrong with it, what is handed over."""

from collections.abc import Iterator

from harness.core.finding import Example, Finding
from harness.core.finding_kinds import FindingKind
from harness.report.findings.phrases import of, share, value
from harness.report.findings.phrases import sure as sure_of
from harness.report.findings.registry import Words, words

MIN_P = 1e-4
"""The smallest p-value that is shown; smaller ones are shown as below it."""

NO_THRESHOLD = "No threshold on the confidence can separate these answers."
SET_IT = "Compute the confidence for each answer; do not return a constant."


@words(FindingKind.NO_HAND_OVER)
def no_hand_over(finding: Finding) -> Words:
    """Every wrong answer of such a service is a silent error."""
    evidence = ["Its replies have no review flag and no confidence, so each wrong answer is a silent error."]
    if finding.count:
        evidence.append(f"{of(finding.count)} answered cases were silent errors.")
    return Words(
        "The service cannot hand cases over to a person",
        (*evidence, *_example(finding.example)),
        ("Return a review flag or a confidence, and set [target] hand_over or confidence.",),
    )


@words(FindingKind.THRESHOLD_DECIDES)
def threshold_decides(finding: Finding) -> Words:
    """The verdict and the figures without a threshold and with the usual one."""
    usual = finding.numbers.get("threshold", 0.0)
    evidence = []
    for side, verdict in zip(("without", "with"), finding.names, strict=False):
        names = ("silent_errors", "silent_errors_other", "straight_through")
        silent, other, through = (100 * finding.numbers.get(f"{name}_{side}", 0.0) for name in names)
        rule = "every answer is accepted" if side == "without" else f"a person looks at confidences below {usual:g}"
        evidence.append(f"If {rule}: {verdict}.")
        evidence.append(f"Silent errors {silent:.1f} % (other cases {other:.1f} %), straight-through {through:.1f} %.")
    return Words(
        "The verdict depends on who looks at answers with a low confidence",
        tuple(evidence),
        ("Set [target] flag_below to the confidence below which a person looks, or to 0 if nobody does.",),
    )


@words(FindingKind.CONFIDENCE_VALUE)
def confidence_value(finding: Finding) -> Words:
    """Confidence and share of right answers, and the threshold that would keep silent errors inside the limit."""
    figures = finding.numbers
    mean, right = (f"{100 * figures.get(name, 0.0):.1f} %" for name in ("mean", "right"))
    evidence = [f"Weighted by the traffic mix; expected calibration error {figures.get('calibration_error', 0.0):.2f}."]
    silent, limit = figures.get("silent_errors", 0.0), figures.get("limit", 1.0)
    if silent <= limit:
        return Words(f"The confidence averages {mean}; {right} of answers are right", tuple(evidence))
    evidence.append(f"Silent errors are {100 * silent:.1f} % of the mix, limit {100 * limit:g} %.")
    evidence += _threshold(finding)
    advice = f"Set [target] flag_below = {figures['flag_below']:g}." if "flag_below" in figures else ""
    return Words(
        f"The confidence averages {mean}; {right} of answers are right",
        (*evidence, *_example(finding.example)),
        (advice or "Make the confidence lower for answers that are wrong.",),
    )


def _threshold(finding: Finding) -> Iterator[str]:
    figures = finding.numbers
    if "flag_below" not in figures:
        yield "No threshold on the confidence meets the limit and still accepts answers."
        return
    left = f"{100 * figures.get('silent_errors_left', 0.0):.1f} % silent errors"
    through = f"{100 * figures.get('straight_through_left', 0.0):.1f} % straight-through"
    yield f"On these cases, flag_below = {figures['flag_below']:g} would leave {left} and {through}."


@words(FindingKind.CONFIDENCE_ZERO)
def confidence_zero(finding: Finding) -> Words:
    """Zero for everything."""
    evidence = _same(finding, "0")
    if right := finding.parts.get("right"):
        evidence.append(f"{of(right)} judged answers with this confidence are right.")
    return Words(
        "The confidence is 0 for nearly every answer",
        (*evidence, *_example(finding.example)),
        ("Check whether the service ever sets this field; 0 may be its default.",),
    )


@words(FindingKind.CONFIDENCE_CONSTANT, FindingKind.CONFIDENCE_SATURATED)
def confidence_constant(finding: Finding) -> Words:
    """One value, or nearly the largest one, for nearly everything."""
    low, high = (finding.numbers.get(name, 0.0) for name in ("low", "high"))
    values = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    constant = finding.kind is FindingKind.CONFIDENCE_CONSTANT
    return Words(
        f"The confidence is {values} for nearly every answer"
        if constant
        else "The confidence is at its maximum for nearly every answer",
        (*_same(finding, values), *_bad(finding), NO_THRESHOLD, *_example(finding.example)),
        (SET_IT,),
    )


def _same(finding: Finding, values: str) -> list[str]:
    return [f"The confidence is {values} in {of(finding.count)} answers."] if finding.count else []


def _bad(finding: Finding) -> Iterator[str]:
    """The bad answers that have the one confidence."""
    parts = finding.parts
    if wrong := parts.get("wrong"):
        yield f"{of(wrong)} judged answers with this confidence are wrong."
    if twins := parts.get("right_on_clean_twin"):
        yield f"{of(twins)} wrong answers are right if the input is not damaged."
    if changed := parts.get("changed_by_damage"):
        yield f"{of(changed)} answers with this confidence change if the input is damaged."


@words(FindingKind.CONFIDENCE_TWO_VALUES)
def confidence_two_values(finding: Finding) -> Words:
    """Two values, and how many answers with each are wrong."""
    low, high = (f"{finding.numbers.get(name, 0.0):g}" for name in ("low", "high"))
    groups = ((high, finding.count), (low, finding.control))
    evidence = [f"With confidence {name}, {share(count)} answers are wrong." for name, count in groups if count]
    return Words(f"The confidence is only ever {high} or {low}", (*evidence, *_example(finding.example)), (SET_IT,))


@words(FindingKind.CONFIDENCE_UNRELATED)
def confidence_unrelated(finding: Finding) -> Words:
    """How often a right answer has the higher confidence."""
    pairs, most = (100 * finding.numbers.get(name, 0.0) for name in ("right_above_wrong", "at_most"))
    evidence = [
        f"The right one of two answers has the higher confidence in {pairs:.0f} % of pairs (at most {most:.0f} %)."
    ]
    if finding.count:
        evidence.append(f"{of(finding.count)} judged answers are wrong; a coin would reach 50 % of pairs.")
    lower = most < 50
    return Words(
        "The confidence is lower for right answers" if lower else "The confidence does not separate right from wrong",
        (*evidence, *_example(finding.example)),
        ("Do not use this confidence to decide what a person reviews.",),
    )


@words(FindingKind.CONFIDENCE_BLIND)
def confidence_blind(finding: Finding) -> Words:
    """Damaged inputs with the confidence of their clean twin."""
    evidence = []
    if finding.count:
        evidence.append(f"{of(finding.count)} wrong answers to damaged inputs have the confidence of the clean input.")
        evidence.append("The clean input was answered right.")
    for name, wrong in finding.parts.items():
        average = finding.numbers.get(name, 0.0)
        evidence.append(f"At {name.replace('_', ' ')}, {of(wrong)} are wrong; average confidence {average:.2f}.")
    return Words(
        "The confidence does not fall if damage makes answers wrong",
        (*evidence, *_example(finding.example)),
        ("Make the confidence depend on the quality of the input.",),
    )


def _chance(finding: Finding) -> str:
    """As "p 0.0012"."""
    p = finding.numbers.get("p", 1.0)
    return f"p below {MIN_P:g}" if p < MIN_P else f"p {p:.2g}"


@words(FindingKind.MORE_HANDED_OVER)
def more_handed_over(finding: Finding) -> Words:
    """How many cases go to a person now and before."""
    evidence = []
    if finding.count and finding.control:
        evidence.append(
            f"{of(finding.count)} cases are handed over ({of(finding.control)} before, {_chance(finding)})."
        )
    if newly := finding.parts.get("newly"):
        before = finding.parts.get("right_before")
        evidence.append(f"Newly handed over: {newly.hits}" + (f"; {of(before)} were right before." if before else "."))
    if back := finding.parts.get("no_longer"):
        evidence.append(f"No longer handed over: {back.hits}.")
    return Words(
        "The service hands over more cases than before",
        tuple(evidence),
        ("Check the flag and the threshold that hand cases over.",),
    )


@words(FindingKind.TAKEN_LESS)
def taken_less(finding: Finding) -> Words:
    """In which packs, and how often the clean twins are."""
    done = "handed over" if finding.subject == "handed_over" else "refused"
    packs = (f"In {pack}, {of(count)} cases are {done}." for pack, count in finding.parts.items())
    twins = f"Of their clean twins {of(finding.control)} are ({_chance(finding)})." if finding.control else ""
    advice = {
        "handed over": "Plan for the people who take these cases, or let the service read such inputs.",
        "refused": "Callers get an error for these inputs: let the service read them, or say what callers do then.",
    }
    return Words(f"Changed inputs are {done} more often than clean ones", (*packs, twins), (advice[done],))


def _example(example: Example | None) -> Iterator[str]:
    """The expected and the returned value; the address if the answer has no value."""
    if example is None:
        return
    sure = "" if example.confidence is None else f" with confidence {sure_of(example.confidence)}"
    if not example.field:
        yield f"Example: {value(example.address)}{sure}."
        return
    got = f"the service returned {value(example.got)}{sure}"
    yield f"Example: {value(example.field)} is {value(example.expected)}; {got}."
