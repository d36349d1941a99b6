"""What a budget can and cannot detect, in words, as printed before the first call."""

from collections.abc import Mapping

from harness.core.settings import RobustnessName
from harness.core.statistics.power import SURE, DropPowerEstimate, PowerEstimate


def besides_packs(papers: int, robustness: Mapping[RobustnessName, int]) -> list[tuple[str, int]]:
    """What is sent besides the cases of packs, each with its calls."""
    return [*([("clean papers", papers)] if papers else []), *robustness.items()]


def describe_power(estimate: PowerEstimate) -> str:
    """The rate of silent errors that this number of cases can detect, on one line."""
    where = estimate.slice or "the mix"
    if not estimate.cases:
        return f"{where}: no case planned, nothing can be seen"
    if not estimate.shows:
        return f"{where}: all {estimate.cases} samples are sent, so only differences between repeats are uncertain"
    parts = [f"{where}: {estimate.cases} cases without a silent error show at most {_percent(estimate.shows)}"]
    return "; ".join([*parts, *_of_a_go(estimate), *_of_a_no_go(estimate)])


def _of_a_go(estimate: PowerEstimate) -> list[str]:
    if not estimate.go_possible:
        return [f"a go is out of reach (limit {_percent(estimate.limit)})"]
    if estimate.good is None or estimate.passes is None:
        return []
    return [f"a rate of {_percent(estimate.good)} passes with chance {estimate.passes:.2f}"]


def _of_a_no_go(estimate: PowerEstimate) -> list[str]:
    if estimate.bad is None or estimate.power is None:
        return []
    least = "no rate fails" if estimate.found is None else f"rates from {_percent(estimate.found)} fail"
    return [f"{_percent(estimate.bad)} fails with chance {estimate.power:.2f}", f"{least} with chance {SURE:g}"]


def describe_drop_power(estimate: DropPowerEstimate) -> str:
    """The drop against the baseline that this number of cases can detect, in one clause."""
    if not estimate.cases:
        return f"{estimate.slice}: the baseline has no case of it"
    shows = "no drop can be shown"
    if estimate.falls is not None:
        shows = f"a drop is shown if {estimate.falls} of {estimate.cases} cases fall"
    if estimate.found is not None:
        shows += f"; a drop of {100 * estimate.found:.0f} points fails with chance {SURE:g}"
    return f"{estimate.slice}: {shows}" + ("" if estimate.go_possible else "; a go is out of reach")


def _percent(share: float) -> str:
    return f"{round(100 * share, 1):g} %"
