"""Phrases that several kinds of findings share: counts, values, circumstances, ways of failing."""

from collections.abc import Iterable, Mapping, Sequence

from harness.core.case import Scalar
from harness.core.finding import Circumstance, Count, FailureMode, How, Where

MAX_VALUE = 40
"""Maximum number of characters of a value in a sentence."""


def of(count: Count) -> str:
    """As "7 of 23"."""
    return f"{count.hits} of {count.n}"


def share(count: Count) -> str:
    """As "7 of 23 (30.4 %)"."""
    return f"{of(count)} ({100 * count.share:.1f} %)"


def plural(n: int, noun: str, many: str = "") -> str:
    """As "1 case" and "2 cases". many: the plural if it is not the noun with an s."""
    return f"{n} {noun if n == 1 else many or f'{noun}s'}"


def value(one: Scalar) -> str:
    """A value on one line, cut if it is long; "nothing" for an empty one."""
    text = " ".join(str(one).split()) if one is not None else ""
    return (text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…") or "nothing"


def listed(names: Iterable[str], most: int = 3) -> str:
    """As "a, b and 2 more"."""
    known = list(dict.fromkeys(names))
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")


def causes(counts: Mapping[str, int], most: int = 3) -> str:
    """As "timeout 3, dropped 1", the most frequent first."""
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {n}" for name, n in ranked[:most])


SETTINGS: Mapping[Where, str] = {
    Where.OP: "with op {value}",
    Where.SCENARIO: "of scenario {value}",
    Where.PACK: "of pack {value}",
    Where.MEDIA_TYPE: "sent as {value}",
    Where.TAG: "with {value}",
    Where.CHANGED_FIELD: "in which only {value} was changed",
    Where.MIN_BYTES: "of {number} bytes or more",
    Where.DAY_UP_TO_12: "with a day up to 12 in {field}",
    Where.FROM_1000: "with an amount of 1,000 or more in {field}",
    Where.BELOW_ZERO: "with a negative amount in {field}",
    Where.WITH_DECIMALS: "with decimals in {field}",
    Where.NON_ASCII: "with letters beyond ASCII in {field}",
    Where.ID_KIND: "{kind} in {field}",
    Where.WINDOW: "due from {begin} s to {end} s of the run",
    Where.BURST: "due when {value} or more were due within 1 s",
}
"""The text after "cases" or "replies" for each circumstance of cases in the mix."""

OTHERS: Mapping[Where, str] = {
    Where.MIN_BYTES: "shorter {noun}",
    Where.WINDOW: "{noun} before and after",
    Where.BURST: "{noun} at other times",
}
"""The name of the control group for these circumstances; "other cases" for all others."""


def circumstance(one: Circumstance) -> str:
    """As "with op fax.line_loss" or "with a day up to 12 in due_date"; follows the noun."""
    begin, _, end = one.value.partition("-")
    return SETTINGS[one.where].format(
        value=value(one.value),
        field=value(one.field),
        number=f"{int(one.value):,}" if one.value.isdecimal() else "",
        kind=one.value if one.value.startswith("with ") else f"with a value {one.value}",
        begin=begin,
        end=end,
    )


def circumstances(all_: Iterable[Circumstance]) -> str:
    """As "of pack faxes and with op fax.line_loss"; "" without any."""
    return " and ".join(map(circumstance, all_))


def others(all_: Sequence[Circumstance], noun: str = "cases") -> str:
    """What the cases without the circumstances are called."""
    known = OTHERS.get(all_[0].where) if len(all_) == 1 else None
    return (known or "other {noun}").format(noun=noun)


FAILURES: Mapping[How, str] = {
    How.OTHER_VALUE: "gets a wrong value",
    How.CONSTANT: "becomes {value}",
    How.LEFT_EMPTY: "is left empty",
    How.FILLED: "is filled in although it should be empty",
    How.INVENTED: "is invented when it cannot be determined",
    How.DAY_MONTH_SWAPPED: "has day and month swapped",
    How.OTHER_YEAR: "has the wrong year",
    How.OTHER_CURRENCY: "has the wrong currency",
    How.SIGN_LOST: "loses its minus sign",
    How.SIGN_ADDED: "gets a minus sign",
    How.TIMES: "is {number} times too large",
    How.DIVIDED: "is {number} times too small",
    How.DECIMALS_LOST: "loses its decimals",
    How.LEADING_ZEROS_LOST: "loses its leading zeros",
    How.OTHER_FORM: "has other accents or capitals",
    How.CUT_OFF: "is cut off",
    How.NOT_REFUSED: "accepts inputs that it should refuse",
    How.HANDED_OVER: "hands cases over to a person",
    How.REFUSED: "refuses inputs that it should answer ({value})",
    How.NO_ANSWER: "gives no answer ({value})",
}
"""The text after the name of the field, or after "The service" if the whole answer fails."""


def failure(mode: FailureMode) -> str:
    """As "total is 1,000 times too large" or "the service gives no answer (timeout)"."""
    words = FAILURES[mode.how].format(
        value=value(mode.value), number=f"{int(mode.value):,}" if mode.value.isdecimal() else ""
    )
    return f"{value(mode.field) if mode.field else 'the service'} {words}"


def sure(confidence: float) -> str:
    """A confidence in two digits, or in as many as keep it apart from certainty: 0.97, 0.997, 1.00."""
    digits = next((n for n in (2, 3, 4) if confidence == 1 or round(confidence, n) < 1), 6)
    return f"{confidence:.{digits}f}"
