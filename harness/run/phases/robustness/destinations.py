"""Where the rounds of a robustness test are sent: to the target, as a second identity, or to an instance of its own."""

from collections.abc import Sequence

from harness.core.robustness import Round
from harness.run.sending.permission import resolve_headers, second_identity
from harness.run.sending.sender import Ask, Elsewhere
from harness.run.sending.starting import Instances
from harness.run.setup.prepare import Run


def instances_of(run: Run) -> Instances:
    """The starter of this run's instances; none is started yet."""
    secrets = [value for _, value in (*run.sender.headers, *resolve_headers(second_identity(run.settings.target)))]
    return Instances(target=run.settings.target, folder=run.sender.folder.path, secrets=secrets)


def where_to(sent: Round, run: Run, instances: Instances | None) -> Elsewhere | None:
    """Where the round is sent, None for the target itself. Raises NowhereError if nothing can be sent."""
    if sent.other:
        return Elsewhere(headers=resolve_headers(second_identity(run.settings.target)))
    if not instances or not sent.instance or not _to_send(sent.asks, run):
        return None
    if instances.number != sent.instance and _begun(sent.asks, run):
        raise NowhereError  # an instance of an earlier process has ended, and a new one would be cold again
    url = instances.url(sent.instance)
    if not url:
        raise NowhereError
    return Elsewhere(url=url)


class NowhereError(Exception):
    """The destination of a round is not available; its cases count as not sent."""


def _to_send(asks: Sequence[Ask], run: Run) -> bool:
    return any((case.address, repeat) not in run.sender.folder.replies for case, repeat in asks)


def _begun(asks: Sequence[Ask], run: Run) -> bool:
    """Whether some of these cases were sent to their instance before."""
    parts = {case.address.partition("#")[0] for case, _ in asks}
    return any(address.partition("#")[0] in parts for address, _ in run.sender.folder.replies)
