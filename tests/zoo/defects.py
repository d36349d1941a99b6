"""A planted defect: what it spoils, when, and by which reason a check has to find it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from harness.core.case import Case
from harness.core.finding import Finding, Where

Service = Literal["document", "ticket", "record"]
Wrap = Callable[[Any], Any]
"""The correct service to the spoilt one: both of the service's own class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One silent defect: success on ordinary input, equal to the correct service on the pilot, wrong under its trigger.

    what: what it does and when, in words. family: the row of the catalogue that it stands for, and `pack/scenario`
    where that pack's README promises to catch it. must_name: the slice that the reason has to name: a pack, or an
    upstream. shows: what the finding of that reason has to show, where the slice is that of other defects too. meets:
    whether a case meets the trigger; every case that the reason names has to. waits_for: what the harness has to get
    before the trigger can be reached, "" for nothing. asleep_after: requests after a start during which alone it is
    awake; the service that is checked has had them.
    """

    name: str
    service: Service
    what: str
    wrap: Wrap
    family: str
    must_name: str
    meets: Callable[[Case], bool] = lambda case: True
    waits_for: str = ""
    asleep_after: int = 0
    shows: Callable[[Finding], bool] = lambda finding: True

    @property
    def promised(self) -> bool:
        """Whether it stands for what a pack's README says that the pack catches (`pack/scenario` in its family)."""
        return "/" in self.family


def under(where: Where, value: str = "") -> Callable[[Finding], bool]:
    """Findings under that circumstance; value: "" for any."""
    return lambda finding: any(one.where is where and value in ("", one.value) for one in finding.circumstances)


def of_scenarios(*names: str) -> Callable[[Case], bool]:
    """Cases of these scenarios, by their id."""
    return lambda case: case.tags.get("scenario") in names


def of_history(*parts: str) -> Callable[[Case], bool]:
    """Cases of the history robustness test whose part begins so."""
    return lambda case: case.address.removeprefix("state/").startswith(parts)


def of_unknown_words(case: Case) -> bool:
    """Anchors of which one field holds a word that is none of those known, the usual placeholders too."""
    return case.address.startswith(("unanswerable/unknown:", "unanswerable/sentinel:"))


def with_bad_row(case: Case) -> bool:
    """Rows of a batch in which one cannot be read."""
    return case.address.startswith(("concurrency/batch_bad_row#", "concurrency/batch_row_"))


def under_faults(case: Case) -> bool:
    """Cases that were sent while a fault of an upstream was in force."""
    return "fault" in case.tags
