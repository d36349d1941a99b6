"""Make one case of a run again from its address: its bytes, the command that sends it, and sending it."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from harness.core.case import Case
from harness.core.clock import Clock
from harness.core.errors import RunError, did_you_mean
from harness.core.reply import Judged, Outcome, Reply
from harness.core.robustness import of_second_identity
from harness.core.sample import Samples
from harness.core.settings import Target
from harness.generate.bases import Bases
from harness.generate.draw import find_case, make_case
from harness.generate.drawn import Drawn
from harness.generate.pages.typesetting.typeset import Fonts
from harness.generate.recipes.packs import Pack
from harness.replay.codecs import Request, encode
from harness.replay.reading import AnswerPaths, read_outcome
from harness.replay.send import Breaker, Due, Received, send_all
from harness.report.sent_input import SentInput
from harness.run.baseline.status import changed_digests
from harness.run.sending.permission import HIDDEN, check_permission, resolve_headers, second_identity
from harness.run.setup.fill_in import wrapping_of
from harness.run.setup.inputs import digests_of, material
from harness.store.files import CaseLine
from harness.store.folder import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a run folder holds of one case.

    line: the case.
    judged: its judgements.
    replies: its replies.
    bodies: the whole text of each reply.
    input: what was sent. Null: it was not asked for.
    """

    line: CaseLine
    judged: tuple[Judged, ...]
    replies: tuple[Reply, ...]
    bodies: tuple[str, ...]
    input: SentInput | None = None


def stored(folder: RunFolder, address: str) -> Stored:
    """The case of that address in a finished run; RunError with the nearest address if there is none."""
    lines = {line.address: line for line in folder.read_cases()}
    if address not in lines:
        hint = did_you_mean(address, lines, f"all: {folder.path}/cases.jsonl")
        raise RunError(f"{folder.path}: has no case {address}\n{hint}")
    replies = tuple(r for (a, _), r in sorted(folder.replies.items()) if a == address)
    return Stored(
        line=lines[address],
        judged=tuple(row for row in folder.read_judged() if row.address == address),
        replies=replies,
        bodies=tuple(folder.body(reply) for reply in replies),
    )


@dataclass(frozen=True, kw_only=True)  # without slots, for cached_property
class Remaker:
    """Makes cases of one run again. sent: digest of the bytes that were sent, by address."""

    folder: RunFolder
    samples: Samples
    fonts: Fonts
    packs: tuple[Pack, ...]
    sent: Mapping[str, str]

    def case(self, address: str) -> Case:
        """The case with its exact bytes; RunError if they differ from those that were sent."""
        case = make_case(self._drawn(address), self.bases)
        sent = self.sent.get(address)
        if sent and sent != case.sha256:
            raise RunError(
                f"{address}: made again, its sha256 is {case.sha256[:16]}..., but {sent[:16]}... was sent\n"
                "  the libraries' versions differ from those of the run"
            )
        return case

    def clean(self, address: str) -> Case:
        """The case's base without its steps, as the pilot would send it."""
        drawn = self._drawn(address)
        return make_case(replace(drawn, plan=replace(drawn.plan, steps=(), encode="as_is")), self.bases)

    def untouched(self, address: str) -> Case:
        """The case without its steps, in the form in which it was sent."""
        drawn = self._drawn(address)
        return make_case(replace(drawn, plan=replace(drawn.plan, steps=())), self.bases)

    def planned(self, line: CaseLine) -> Case:
        """The case with its plan and its recorded tags, without its bytes."""
        plan, tags = self._drawn(line.address).plan, line.tags
        return Case(address=line.address, plan=plan, content=b"", media_type=line.media_type, filename="", tags=tags)

    def _drawn(self, address: str) -> Drawn:
        return find_case(address, self.samples, self.folder.head.seed, self.packs)

    @cached_property
    def bases(self) -> Bases:
        """The samples and made items of the run."""
        head = self.folder.head
        wrapping = wrapping_of(head.settings.target, self.samples)
        return Bases(seed=head.seed, samples=self.samples, wrapping=wrapping, fonts=self.fonts)


def remaker(folder: RunFolder) -> Remaker:
    """The `Remaker` of a run, from its seed, packs, samples and fonts.

    RunError if the samples, the fonts or the packs changed since the run.
    """
    head, (samples, fonts, packs) = folder.head, material(folder.head)
    changed = changed_digests(head.digests, digests_of(samples, fonts, packs))
    if changed:
        raise RunError(
            f"{folder.path}: {', '.join(changed)} changed since this run\n  restore them to make its cases again"
        )
    sent = {line.address: line.sha256 for line in folder.read_cases()}
    return Remaker(folder=folder, samples=samples, fonts=fonts, packs=tuple(packs), sent=sent)


def remake(folder: RunFolder, address: str) -> Case:
    """The case of that address, made again; RunError if that is impossible."""
    return remaker(folder).case(address)


def curl(case: Case, folder: RunFolder, file: Path) -> str:
    """A command line that sends the body in `file` as the run did; secrets appear as environment variables."""
    target, seed = _asking(case, folder.head.settings.target), folder.head.seed
    if target.protocol == "python":
        raise RunError(f"{target.url} is a function, not a service: no command line reaches it\n  call it: --send")
    request = encode(case, target, seed, 0)
    secret = [
        f'-H "{name}: ${value.removeprefix("env:")}"' for name, value in target.headers.items() if value != HIDDEN
    ]
    headers = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.headers]
    parts = ["curl", "-sS", *headers, *secret, f"--data-binary @{shlex.quote(str(file))}", shlex.quote(request.url)]
    return " ".join(parts)


def body_of(case: Case, folder: RunFolder) -> bytes:
    """The body of the request, as `--curl` sends it."""
    return encode(case, folder.head.settings.target, folder.head.seed, 0).body


def send_again(case: Case, folder: RunFolder) -> tuple[Reply, str, Outcome]:
    """Send the case once more, outside the run: the reply, its text, and what the service did."""
    head, target = folder.head, _asking(case, folder.head.settings.target)
    check_permission(target)
    if HIDDEN in target.url:
        raise RunError(
            f"{target.url}: the password of this address was never written down\n  put it into the command of --curl"
        )
    got: list[Received] = []
    due = Due(address=case.address, repeat=0, request=_request(case, folder))
    send_all([due], target, resolve_headers(_with_secrets(target)), Clock(), got.append, Breaker())
    found = head.worked_out
    paths = AnswerPaths(
        fields=found.fields,
        hand_over=found.hand_over,
        confidence=found.confidence,
        confidence_scale=found.confidence_scale,
    )
    text = got[0].body.decode("utf-8", "replace")
    return got[0].reply, text, read_outcome(got[0].reply, text, paths, target)


def _request(case: Case, folder: RunFolder) -> Request:
    return encode(case, folder.head.settings.target, folder.head.seed, 0)


def _asking(case: Case, target: Target) -> Target:
    """The target with the headers of the identity that sent the case."""
    return second_identity(target) if of_second_identity(case.address) else target


def _with_secrets(target: Target) -> Target:
    """The target without hidden headers: plain values in harness.toml are never written to the run folder."""
    return replace(target, headers={name: value for name, value in target.headers.items() if value != HIDDEN})


def pretty(text: str) -> str:
    """The reply indented, if it is JSON."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
