"""Make a run the baseline. This is the only way, and a person approves it."""

import getpass
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from harness.core.clock import today
from harness.core.errors import BaselineError
from harness.core.regression.baseline import BaselineHead
from harness.core.regression.columns import Promoted, Results
from harness.core.settings import Baseline
from harness.core.verdict import Verdict
from harness.report.words import criterion_name
from harness.run.baseline.results import read_results
from harness.run.baseline.status import changed_digests, described, flaws_of, named_cases
from harness.run.setup.inputs import digests_of, material
from harness.store.baseline import FORMAT, HEAD, is_baseline, read_baseline, recover, write_baseline
from harness.store.folder import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The approver's input. approver: "" uses the name known to git or the system.

    accept_no_go: why a run whose verdict is no-go may be promoted; not used for another verdict.
    """

    name: str
    why: str
    until: str
    approver: str = ""
    accept_no_go: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A baseline that was made. replaced: the previous one, "" for none. known_from: the source of the
    approver's name.
    """

    path: str
    head: BaselineHead
    cases: int
    known_from: str
    replaced: str = ""


def promote(run: Path, wish: Wish, path: str) -> Done:
    """Make the run in that folder the baseline at `path`. BaselineError, with nothing written, if it cannot be."""
    where = _place(path)
    name, why = (
        _required(wish.name, "--as", "a name for it"),
        _required(wish.why, "--why", "the reason for the approval"),
    )
    until = _day(wish.until)
    folder = RunFolder.read(run)
    verdict = _valid(folder)
    accepted = _accepted(folder, verdict, wish.accept_no_go)
    _unchanged(folder)
    approver, known_from = _approver(wish.approver)
    results = read_results(folder, name)
    cases = results.cases
    unsent = [cases.addresses[place] for place in np.flatnonzero(cases.sent == 0).tolist()]
    if unsent or not len(cases):
        what = f"there is no reply for {named_cases(unsent)}" if unsent else "no case of the mix is in it"
        raise BaselineError(f"{run}: {what}; no run could be compared with it\n  continue it: --resume --out {run}")
    head = BaselineHead(
        format=FORMAT,
        name=name,
        run=str(run),
        evidence=folder.evidence(),
        seed=folder.head.seed,
        calls=folder.head.worked_out.calls or folder.head.settings.budget.calls,
        repeats=_repeats(results),
        approver=approver,
        reason=why,
        until=until.isoformat(),
        verdict=verdict.verdict,
        digests=folder.head.digests,
        target=folder.head.settings.target,
        harness=folder.head.harness,
        accepted_no_go=accepted,
    )
    replaced = _standing(where)
    write_baseline(where, head, cases, results.sketches)
    return Done(path=path, head=head, cases=len(cases), known_from=known_from, replaced=replaced)


def _place(path: str) -> Path:
    if not path:
        hint = f'  write [baseline] path = "{Baseline().path}", or remove it'
        raise BaselineError(f'[baseline] path = "" disables the baseline\n{hint}')
    where = Path(path)
    recover(where)
    empty = not where.exists() or (where.is_dir() and not any(where.iterdir()))
    if not empty and not is_baseline(where):
        hint = '  choose another folder in harness.toml: [baseline] path = "..."'
        raise BaselineError(f"{path}: exists, but is not a baseline ({HEAD} is missing): not replaced\n{hint}")
    return where


def _required(text: str, option: str, what: str) -> str:
    value = " ".join(text.split())
    if not value:
        raise BaselineError(f"{option} is empty: a baseline needs {what}\n  add it: {option} TEXT")
    return value


def _day(text: str) -> date:
    try:
        until = date.fromisoformat(text.strip())
    except ValueError:
        raise BaselineError(f'--until "{text}" is not a date\n  write it like {today().year + 1}-01-31') from None
    if until < today():
        raise BaselineError(f"--until {until}: is in the past\n  give a later day")
    return until


def _valid(folder: RunFolder) -> Verdict:
    """The verdict of a run that may be promoted: finished and valid."""
    verdict = folder.read_verdict()
    if folder.head.state != "complete" or not verdict.valid:
        why = "; ".join(verdict.problems) or f"its state is {folder.head.state}"
        again = f"--resume --out {folder.path}"
        raise BaselineError(
            f"{folder.path}: this run cannot be trusted: {why}\n  continue it: {again}; or promote another run"
        )
    return verdict


def _accepted(folder: RunFolder, verdict: Verdict, given: str) -> str:
    """Why a no-go is accepted, "" for another verdict. BaselineError if it is a no-go and nobody accepts it."""
    if verdict.verdict != "no-go":
        return ""
    why = " ".join(given.split())
    if not why:
        failed = [criterion_name(one.criterion, one.slice) for one in verdict.reasons if one.status == "failed"]
        raise BaselineError(
            f"{folder.path}: its verdict is no-go ({', '.join(failed)} failed),"
            " and later runs would be compared with it\n"
            '  promote a run that is go, or give the reason: --accept-no-go "known until the next release"'
        )
    return why


def _unchanged(folder: RunFolder) -> None:
    """BaselineError if the next run would have other samples, fonts or packs, so that it could not be compared."""
    changed = changed_digests(folder.head.digests, digests_of(*material(folder.head)))
    if changed:
        raise BaselineError(
            f"{folder.path}: {', '.join(changed)} changed since this run, so no run could be compared with it\n"
            "  run harness check again and promote that run, or restore the old state"
        )


def _approver(asked: str) -> tuple[str, str]:
    """The approver, and the source of the name."""
    if asked.strip():
        return " ".join(asked.split()), "--approver"
    git_name = _git_name()
    if git_name:
        return git_name, "git config user.name"
    try:
        return getpass.getuser(), "the login name"
    except (OSError, KeyError):
        raise BaselineError("the approver is unknown\n  add it: --approver NAME") from None


def _git_name() -> str:
    """`git config user.name`, or "" if there is no git or no name."""
    command = ["git", "config", "user.name"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return " ".join(done.stdout.split())


def _repeats(results: Results) -> dict[str, int]:
    cases = results.cases
    return {pack: int(cases.sent[cases.of_pack(pack)].max()) for pack in sorted(cases.packs)}


def _standing(where: Path) -> str:
    """The baseline to be replaced, with its problems. An unreadable one is mentioned too."""
    if not is_baseline(where):
        return ""
    try:
        old: Promoted = read_baseline(where)
    except BaselineError as damage:
        return f"a baseline that could not be read ({str(damage).splitlines()[0]})"
    flaws = flaws_of(old, old.head.digests, today())
    return described(old) + (f", which {flaws}" if flaws else "")
