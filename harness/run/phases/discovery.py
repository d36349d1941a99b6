"""Discovery: send pilot samples one at a time, to learn whether the target answers, where the reply holds the answer,
and how fast it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any
from urllib.parse import urljoin

from harness.core.case import Case, Scalar
from harness.core.errors import TargetError
from harness.core.reply import Reply
from harness.core.seed import Stream
from harness.core.settings import Settings
from harness.generate.draw import draw_pilot
from harness.replay.no_answer import name_no_answer
from harness.replay.probe_target import check_health, describe
from harness.replay.reading import parse
from harness.replay.work_out import work_out
from harness.run.events import Emit, Noted
from harness.run.outcome.judge import Judge
from harness.run.sending.drain import Canary
from harness.run.sending.permission import without_password
from harness.run.sending.sender import FIRST_LOOK, Sender
from harness.run.sending.target_profile import MAX_CASES, TargetProfile
from harness.run.setup.answer_types import check_rules, types_of
from harness.run.setup.prepare import Run
from harness.store.files import WorkedOut

MIN_SECONDS = 0.002
"""Shortest response time assumed for the rate, in seconds. Below it the client is the limit, not the service."""


def first_look(run: Run, emit: Emit) -> tuple[TargetProfile, Judge]:
    """Run discovery, store its results in the run folder, and return them with the judge of the run.

    Raises ConfigError if the truth does not have the declared type, and TargetError if the target cannot be checked.
    """
    check_rules(run.samples, run.settings.answer.fields)
    pilot = run.make(draw_pilot(run.samples, run.allotment.pilot, run.bases.seed))
    profile = look(run.settings, run.sender, pilot, run.bases.seed, emit)
    run.set_profile(profile)
    _remember(run, profile)
    types = types_of(run.samples, profile.paths.fields, run.settings.answer.fields)
    compared = ", ".join(f"{name} as {kind.name}" for name, kind in types.items())
    emit(Noted(about="answer", text=f"compared: {compared}"))
    return profile, Judge(settings=run.settings, paths=profile.paths, types=types, folder=run.sender.folder)


def _remember(run: Run, profile: TargetProfile) -> None:
    found = WorkedOut(
        fields=profile.paths.fields,
        hand_over=profile.paths.hand_over,
        confidence=profile.paths.confidence,
        confidence_scale=profile.paths.confidence_scale,
        rate=profile.rate,
        rate_worked_out=profile.rate_worked_out,
        slices=profile.slices,
        calls=run.sender.folder.head.worked_out.calls,
    )
    run.sender.folder.update(replace(run.sender.folder.head, worked_out=found))


def look(settings: Settings, sender: Sender, pilot: Sequence[Case], seed: int, emit: Emit) -> TargetProfile:
    """Send up to ten pilot cases one at a time and derive the settings that are left open.

    Raises TargetError if the service does not answer them.
    """
    first = looked_at(pilot, seed)
    paths = () if settings.target.protocol == "python" else _posts(settings, sender)
    if settings.target.health:
        check_health(urljoin(settings.target.url, settings.target.health), sender.headers)
    head = sender.ask(FIRST_LOOK, [(first[0], 0)], 0.0)
    shown = without_password(settings.target.url)
    _refuse_no_answer(first[0].truth, head[0], shown, sender)
    _refuse_dead(head[0], shown, paths)
    replies = sender.ask(FIRST_LOOK, [(case, 0) for case in first], 0.0)
    answered = _answers(first, replies, sender)
    if not answered:
        raise TargetError(_no_answer(shown, replies, sender, first[0].truth))
    found = work_out(settings.target, answered)
    for line in found.how:
        emit(Noted(about="answer", text=line))
    slices = tuple(dict.fromkeys((*settings.pilot.slice, *found.spare)))
    if found.spare:
        emit(Noted(about="answer", text=f"not in the reply, so used as slices: {', '.join(found.spare)}"))
    good = next(i for i, r in enumerate(replies) if r and 200 <= r.status < 300)
    usual = median(r.done - r.sent for r in replies if r and 200 <= r.status < 300)
    sender.canary = Canary(case=first[good], usual=max(usual, MIN_SECONDS))
    rate, worked_out = _rate(settings, sender, [r for r in replies if r and not r.error])
    rate = sender.quota.limited(rate)
    if worked_out:
        emit(Noted(about="target", text=f"rate {rate:.3g}/s: half of what the pilot's samples reach one at a time"))
    return TargetProfile(paths=found.paths, rate=rate, rate_worked_out=worked_out, slices=slices)


def _refuse_no_answer(columns: Collection[str], reply: Reply | None, url: str, sender: Sender) -> None:
    """TargetError if the first reply is something else than an answer, with what it is and what to do."""
    if reply is None:
        return
    head = sender.heads.get((reply.address, reply.repeat), {})
    found = name_no_answer(reply, sender.folder.body(reply), head, columns)
    if found is not None:
        raise TargetError(f"{url}: {found.what}\n  {found.hint}")


def looked_at(pilot: Sequence[Case], seed: int) -> list[Case]:
    """The cases of discovery: the only pilot cases that are known to be sent one at a time."""
    return [pilot[i] for i in Stream(seed, "look").order(len(pilot))][:MAX_CASES]


def _posts(settings: Settings, sender: Sender) -> tuple[str, ...]:
    return describe(settings.target.url, sender.headers).paths


def _answers(
    cases: Sequence[Case], replies: Sequence[Reply | None], sender: Sender
) -> list[tuple[Mapping[str, Scalar], Any]]:
    """Truth and parsed reply of each case that came back as 2xx with JSON."""
    found: list[tuple[Mapping[str, Scalar], Any]] = []
    for case, reply in zip(cases, replies, strict=True):
        if reply is None or reply.error or not 200 <= reply.status < 300:
            continue
        try:
            found.append((case.truth, parse(sender.folder.body(reply))))
        except ValueError:
            continue
    return found


def _rate(settings: Settings, sender: Sender, replies: Sequence[Reply]) -> tuple[float, bool]:
    """Requests per second, and whether the rate was derived. A resumed run keeps its rate."""
    if settings.target.rate:
        return settings.target.rate, False
    before = sender.folder.head.worked_out
    if before.rate:
        return before.rate, True
    seconds = max(MIN_SECONDS, median(reply.done - reply.sent for reply in replies))
    rate = 0.5 / seconds
    return min(rate, settings.target.max_rate or rate), True


def _no_answer(url: str, replies: Sequence[Reply | None], sender: Sender, columns: Collection[str]) -> str:
    """The error message, with the first reply as the example."""
    reply = next((r for r in replies if r is not None), None)
    if reply is None:
        return f"{url}: none of the first cases could be sent"
    _refuse_no_answer(columns, reply, url, sender)
    body = " ".join(sender.folder.body(reply).split())[:160] or "nothing"
    if reply.error:
        what = f"no reply ({reply.error})"
    elif 200 <= reply.status < 300:
        what = f"status {reply.status}, but the reply is not JSON"
    else:
        what = f"status {reply.status}"
    return (
        f"{url}: none of the pilot's first {len(replies)} samples was answered: {what}\n"
        f"  it said: {body}\n  is this the path that takes a sample? see [target] protocol, field, request"
    )


def _refuse_dead(reply: Reply | None, url: str, paths: Sequence[str]) -> None:
    """TargetError if the first reply shows that this service cannot be checked."""
    if reply is None:
        raise TargetError(f"{url}: the first case could not be sent")
    if reply.error:
        raise TargetError(
            f"{url}: no answer to the first case ({reply.error})\n  is the service started, and is this its port?"
        )
    what = {401: "denies access", 403: "denies access", 404: "has no such path", 405: "does not accept POST"}.get(
        reply.status
    )
    if what:
        known = f"  it accepts POST on: {', '.join(paths)}" if paths else "  check the address and [target] headers"
        raise TargetError(f"{url}: the service {what} (status {reply.status})\n{known}")
