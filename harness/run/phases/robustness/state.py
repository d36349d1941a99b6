"""The state test of a run: whether answers depend on earlier requests, and which parts can be tested here."""

from collections.abc import Iterator, Mapping

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.core.robustness import RobustnessTest
from harness.core.settings import Target
from harness.diff.robustness.afterwards import MIN_CALLS, Before
from harness.diff.robustness.state import ALWAYS, StateSetup, calls_of_settings, state
from harness.generate.draw_robustness import ACCENTED, OPENING, PLAIN, draw_for_robustness
from harness.generate.render import render
from harness.replay.reading import parse
from harness.run.phases.robustness.context import RobustnessContext
from harness.run.sending.starting import Instances
from harness.run.setup.prepare import Run
from harness.run.setup.robustness_tests import robustness_test


def calls_of_all_parts(target: Target) -> int:
    """The calls with which all parts of the test run that the settings allow."""
    return ALWAYS + calls_of_settings(start=bool(target.start), other=bool(target.other_headers))


@robustness_test("state", min_calls=MIN_CALLS, whole=calls_of_all_parts, weight=7)
def state_of(context: RobustnessContext) -> RobustnessTest:
    """The state test of this run."""
    before = Before(clean=context.pilot, alone=context.answered_alone(), first=context.answered_first())
    setup, most = _setup(context.run, context.instances), context.run.settings.budget.calls // 10
    return state(before, setup, calls=context.calls, most=most, spare=context.spare, run=context.label)


def _setup(run: Run, instances: Instances) -> StateSetup:
    samples = {sample.key: sample for sample in run.samples.items}

    def make(part: str, key: str) -> Case:
        return run.make([draw_for_robustness("state", part, samples[key])])[0]

    alike = _can_be_alike(run)
    return StateSetup(
        kind=run.samples.kind,
        make=make,
        alike=alike,
        accents=alike and _can_have_accents(run),
        why_not_started=instances.why if run.settings.target.start else None,
        reply_values=(lambda row: _values(run, row)) if run.settings.target.other_headers else None,
    )


def _can_be_alike(run: Run) -> bool:
    """Whether two samples can be made alike: pages need a file name that is sent, records an id."""
    if run.samples.kind == "page":
        return run.settings.target.protocol == "multipart"
    first = draw_for_robustness("state", f"{OPENING}0", run.samples.items[0])
    return run.samples.kind == "text" or render(first.plan, run.bases).changed


def _can_have_accents(run: Run) -> bool:
    """Whether the part that two samples have in common can differ by an accent: an id that is a number cannot."""
    drawn = (draw_for_robustness("state", f"{part}0", run.samples.items[0]) for part in (PLAIN, ACCENTED))
    plain, accented = (render(one.plan, run.bases).file for one in drawn)
    return plain != accented


def _values(run: Run, row: Judged) -> Mapping[str, Scalar]:
    """Every value of the reply behind the row, by its path; none if it is not JSON."""
    folder = run.sender.folder
    try:
        return dict(_flat(parse(folder.body(folder.replies[(row.address, row.repeat)])), ""))
    except ValueError:
        return {}


def _flat(value: object, path: str) -> Iterator[tuple[str, Scalar]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{place}]")
    elif value is None or isinstance(value, str | int | float | bool):
        yield path, value
