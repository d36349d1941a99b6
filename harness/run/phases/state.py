"""What the state robustness test can do in this run, and where its rounds are sent."""

from collections.abc import Iterator, Mapping, Sequence

from harness.core.case import Case, Scalar
from harness.core.reply import Judged
from harness.core.robustness import RobustnessTest, Round
from harness.diff.robustness.afterwards import Before
from harness.diff.robustness.state import Means, state
from harness.generate.draw_robustness import ACCENTED, OPENING, PLAIN, draw_for_robustness
from harness.generate.render import render
from harness.replay.reading import parse
from harness.run.sending.permission import resolve_headers, second_identity
from harness.run.sending.sender import Ask, Elsewhere
from harness.run.sending.starting import Instances
from harness.run.setup.prepare import Run


def state_of(run: Run, before: Before, instances: Instances, spare: int) -> RobustnessTest:
    """The robustness test of this run. before: what was answered so far. spare: calls beyond its own."""
    calls, budget = run.allotment.robustness.get("state", 0), run.settings.budget.calls
    means, label = _means(run, instances), str(run.asker.folder.path)
    return state(before, means, calls=calls, most=budget // 10, spare=spare, run=label)


def _means(run: Run, instances: Instances) -> Means:
    samples = {sample.key: sample for sample in run.samples.items}

    def make(part: str, key: str) -> Case:
        return run.make([draw_for_robustness("state", part, samples[key])])[0]

    started = instances.why if run.settings.target.start else None
    values = (lambda row: _values(run, row)) if run.settings.target.other_headers else None
    twins = _can_be_alike(run)
    accents = twins and _can_have_accents(run)
    return Means(kind=run.samples.kind, make=make, twins=twins, accents=accents, started=started, values=values)


def _can_be_alike(run: Run) -> bool:
    """Whether two samples can be made alike: pages need a file name that is sent, records an id."""
    if run.samples.kind == "page":
        return run.settings.target.protocol == "multipart"
    first = draw_for_robustness("state", f"{OPENING}0", run.samples.items[0])
    return run.samples.kind == "text" or render(first.plan, run.bases).changed


def _can_have_accents(run: Run) -> bool:
    """Whether what makes two samples alike can differ by an accent: an id that is a number cannot."""
    drawn = (draw_for_robustness("state", f"{part}0", run.samples.items[0]) for part in (PLAIN, ACCENTED))
    plain, accented = (render(one.plan, run.bases).file for one in drawn)
    return plain != accented


def _values(run: Run, row: Judged) -> Mapping[str, Scalar]:
    """Every value of the reply behind the row, by its path; none where it is no JSON."""
    folder = run.asker.folder
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


def instances_of(run: Run) -> Instances:
    """What starts the instances of this run; none is started yet."""
    secrets = [value for _, value in (*run.asker.headers, *resolve_headers(second_identity(run.settings.target)))]
    return Instances(target=run.settings.target, folder=run.asker.folder.path, secrets=secrets)


def where_to(asked: Round, run: Run, instances: Instances | None) -> Elsewhere | None:
    """Where the round is sent, None for the target itself. Raises NowhereError where nothing can be sent."""
    if asked.other:
        return Elsewhere(headers=resolve_headers(second_identity(run.settings.target)))
    if not instances or not asked.instance or not _to_send(asked.asks, run):
        return None
    if instances.number != asked.instance and _begun(asked.asks, run):
        raise NowhereError  # an instance of an earlier process has ended, and a new one would be cold again
    url = instances.url(asked.instance)
    if not url:
        raise NowhereError
    return Elsewhere(url=url)


class NowhereError(Exception):
    """What a round was meant for is not there; its cases count as not sent."""


def _to_send(asks: Sequence[Ask], run: Run) -> bool:
    return any((case.address, repeat) not in run.asker.folder.replies for case, repeat in asks)


def _begun(asks: Sequence[Ask], run: Run) -> bool:
    """Whether the instance of these cases was asked before."""
    parts = {case.address.partition("#")[0] for case, _ in asks}
    return any(address.partition("#")[0] in parts for address, _ in run.asker.folder.replies)
