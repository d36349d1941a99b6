"""How the service repeats requests to an upstream that failed: too early, for nothing, without a key, too often."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from harness.core.finding import Count, Finding
from harness.core.finding_kinds import FindingKind
from harness.core.integration.exchange import IDEMPOTENT, Exchange
from harness.core.integration.fault import Fault
from harness.core.integration.upstreams import Upstream
from harness.diff.faults.sendings import Sending
from harness.diff.gate.worst import WORST, show

TEST = "retries"
TOLERANCE = 0.05
"""Seconds by which a request may come before the end of the wait that the upstream asked for."""

FINAL = frozenset((400, 404, 405, 406, 410, 411, 413, 414, 415, 422, 501))
"""Status codes that the same request gets again. Source: RFC 9110, section 15."""

AUTH = frozenset((401, 403))
"""Status codes that the same request may get again: a client may fetch new credentials once."""

BACKOFF = 0.1
"""Seconds between two attempts; if every pause is shorter, there is none to speak of."""

STORM = 4.0
"""Requests for each case under a fault, as a multiple of those without; three retries of each request reach it."""

Attempts = tuple[Exchange, ...]
"""The same request, each time that it was sent for one case."""


def retry_findings(
    upstream: Upstream, sendings: Sequence[Sending], faults: Mapping[str, Fault], run: str
) -> Iterator[Finding]:
    """One finding for each kind of misconduct towards this upstream.

    Only requests that met a fault are looked at, and of these only those of which the service sends no two alike for
    one case without a fault: the others may be meant. sendings: in the order of time.
    """
    own = [here for one in sendings if (here := one.at(upstream.name))]
    usual = {(a[0].method, a[0].path) for one in own if not _met(one) for a in _alike(one.calls) if len(a) > 1}
    tried = [(one, [a for a in _alike(one.calls) if _hit(a) and (a[0].method, a[0].path) not in usual]) for one in own]
    kinds: list[tuple[FindingKind, Callable[[Attempts], bool | None]]] = [
        (FindingKind.RETRY_TOO_EARLY, _too_early),
        (FindingKind.RETRY_FINAL, _final),
        (FindingKind.RETRY_WITHOUT_BACKOFF, _without_backoff),
    ]
    if upstream.writes is not False:
        kinds.append((FindingKind.RETRY_WITHOUT_KEY, _without_key))
    for kind, test in kinds:
        seen = [(one, [test(a) for a in attempts]) for one, attempts in tried]
        able = [(one, True in found) for one, found in seen if any(result is not None for result in found)]
        wrong = [one for one, hit in able if hit]
        if wrong:
            most = max(len(a) for one, attempts in tried if one in wrong for a in attempts)
            yield _finding(kind, upstream.name, wrong, Count(len(wrong), len(able)), faults, run, {"attempts": most})
    yield from _storms(upstream.name, own, faults, run)


def _alike(calls: Iterable[Exchange]) -> list[Attempts]:
    groups: defaultdict[str, list[Exchange]] = defaultdict(list)
    for one in calls:
        groups[one.content].append(one)
    return [tuple(sorted(group, key=lambda one: one.started)) for group in groups.values()]


def _met(sending: Sending) -> bool:
    return any(one.fault for one in sending.calls)


def _hit(attempts: Attempts) -> bool:
    return any(one.fault for one in attempts)


def _retries(attempts: Attempts) -> Iterator[tuple[Exchange, Exchange]]:
    """Each attempt that met a fault, with the next one."""
    return ((one, later) for one, later in pairwise(attempts) if one.fault)


def _answered_before(one: Exchange, later: Exchange) -> bool:
    """Whether the service had the end of the first one when it sent the later one; after a timeout it had not."""
    return one.ended is not None and one.ended <= later.started


def _too_early(attempts: Attempts) -> bool | None:
    """None if no reply asked to wait."""
    asked = [one for one in attempts if one.fault and one.retry_after]
    early = [
        one
        for one, later in _retries(attempts)
        if one.retry_after and later.started < (one.ended or one.started) + one.retry_after - TOLERANCE
    ]
    return bool(early) if asked else None


def _final(attempts: Attempts) -> bool | None:
    """None if no reply was final."""
    statuses = [one.status for one in attempts if one.fault]
    if not (FINAL | AUTH) & set(statuses):
        return None
    again = [one.status for one, _ in _retries(attempts)]
    return bool(FINAL & set(again)) or sum(status in AUTH for status in again) > 1


def _without_backoff(attempts: Attempts) -> bool | None:
    """None for fewer than two retries. After a timeout the wait for the reply was pause enough."""
    pauses = [later.started - (one.ended or 0.0) for one, later in _retries(attempts) if _answered_before(one, later)]
    return None if len(pauses) < 2 else max(pauses) < BACKOFF


def _without_key(attempts: Attempts) -> bool | None:
    """None if no reply to a write was lost."""
    if not attempts[0].writes or attempts[0].method in IDEMPOTENT:
        return None
    retried = [
        not one.token or one.token != later.token
        for one, later in _retries(attempts)
        if not one.status or not _answered_before(one, later)
    ]
    lost = bool(retried) or any(one.fault and not one.status for one in attempts)
    return any(retried) if lost else None


def _storms(name: str, own: Sequence[Sending], faults: Mapping[str, Fault], run: str) -> Iterator[Finding]:
    """Faults under which many times as many requests come for a case as without."""
    usual = [len(one.calls) for one in own if one.calls and not _met(one)]
    if not usual:
        return
    without = sum(usual) / len(usual)
    for fault in dict.fromkeys(call.fault for one in own for call in one.calls if call.fault in faults):
        under = [one for one in own if any(call.fault == fault for call in one.calls)]
        mean = sum(len(one.calls) for one in under) / len(under)
        if mean > STORM * without:
            numbers = {"with": round(mean, 2), "without": round(without, 2)}
            count = Count(len(under), len(under))
            yield _finding(FindingKind.RETRY_STORM, name, under, count, faults, run, numbers)


def _finding(
    kind: FindingKind,
    name: str,
    wrong: Sequence[Sending],
    count: Count,
    faults: Mapping[str, Fault],
    run: str,
    numbers: Mapping[str, float],
) -> Finding:
    met = Counter(call.fault for one in wrong for call in one.calls if call.fault in faults)
    requests = Counter(f"{call.method} {call.path}".strip() for one in wrong for call in one.calls if call.fault)
    fault = met.most_common(1)[0][0] if met else ""
    cases = tuple(dict.fromkeys(one.row.address for one in wrong))[:WORST]
    return Finding(
        kind=kind,
        test=TEST,
        slice=name,
        subject=fault,
        fault=faults.get(fault),
        count=count,
        numbers=numbers,
        names=tuple(one for one, _ in requests.most_common(3)),
        cases=cases,
        show=show(cases, run),
    )
