"""The folder of a run: a new one, or the one that is resumed."""

import platform
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from harness.core.clock import stamp
from harness.core.errors import RunError
from harness.core.loading.plugins import versions
from harness.core.reply import Reply
from harness.core.sample import Printed
from harness.core.settings import Settings
from harness.core.under_load.load import Load
from harness.core.version import VERSION
from harness.replay.send import Breaker
from harness.run.events import Emit, Noted, emit_nothing
from harness.run.sending.permission import without_secrets
from harness.run.setup.configure import RunRequest
from harness.store.files import FORMAT, RunHead
from harness.store.folder import RunFolder, new_path
from harness.store.rows import Key


def head_of(
    settings: Settings,
    *,
    seed: int,
    digests: Mapping[str, str],
    packs: Mapping[str, str],
    planned: int,
    baseline: str,
    load: Load | None,
    request_schema: str,
    printed: Mapping[str, tuple[Printed, ...]],
) -> RunHead:
    """run.json of a new run. packs: paths of the team's own. baseline: digest of its baseline."""
    return RunHead(
        format=FORMAT,
        harness=VERSION,
        seed=seed,
        settings=without_secrets(settings),
        digests=digests,
        packs=packs,
        planned=load.planned if load else planned,
        started=stamp(),
        versions={"python": platform.python_version(), **versions()},
        baseline=baseline,
        load=load,
        request_schema=request_schema,
        printed=printed,
    )


def open_folder(asked: RunRequest, head: RunHead, emit: Emit = emit_nothing) -> RunFolder:
    """The run's folder; with `--resume` an existing one with the same request. Raises RunError.

    Requests from a time when the target did not answer at all are sent again: that time says nothing about their cases.
    """
    path = Path(asked.out) if asked.out else new_path("load" if head.load else "check")
    if asked.resume and not asked.out:
        raise RunError("--resume needs the folder of the run\n  give it: --resume --out reports/...")
    if asked.resume and (path / "run.json").exists():
        folder = RunFolder.resume(path)
        _same_run(folder.head, head, path)
        if again := folder.set_aside(while_down(folder.replies.values())):
            text = f"{again} requests got no reply while the target was down: they are sent again"
            emit(Noted(about="resume", text=text))
        return folder
    return RunFolder.create(path, head)


def while_down(replies: Iterable[Reply]) -> list[Key]:
    """The requests, in the order of their ends, that got no reply among so many in a row that sending was stopped.

    A reply that a fault of ours met says nothing about the target.
    """
    found: list[Key] = []
    for answered, row in groupby(replies, key=lambda reply: bool(reply.status or reply.faults)):
        keys = [(reply.address, reply.repeat) for reply in row]
        found += keys if not answered and len(keys) >= Breaker().limit else []
    return found


def _same_run(old: RunHead, new: RunHead, path: Path) -> None:
    """RunError unless the run on disk had the same request; otherwise its rows would not fit together."""
    changed = [name for name in ("seed", "settings", "baseline") if getattr(old, name) != getattr(new, name)]
    changed += ["command: harness load"] if old.load else []
    changed += [name for name in {**old.digests, **new.digests} if old.digests.get(name) != new.digests.get(name)]
    if changed:
        raise RunError(
            f"{path}: was started with different {', '.join(changed)}\n"
            "  resume with the same command, samples, fonts, packs and baseline, or choose another folder"
        )
