"""What a page of A4 costs here and in other libraries: a fax, and single effects that several of them have.

    PYTHONPATH=. python tests/speed/page_peers.py [--rounds 7] [--ocrodeg FOLDER]

Augraphy, albumentations and ocrodeg get virtual environments of their own in the system's folder for what is
temporary (1.5 GB; a second run finds them there). Every round measures each effect of each library once, ours between
theirs, all on one core and in processor time, so that other work on the machine counts on none of them. Printed are
medians over the rounds, and medians of the rounds' ratios. ocrodeg is on no index: name a checkout of it
(github.com/NVlabs/ocrodeg), else it is left out.

The same effect is not the same work: ours ends with the bytes of a group 4 fax and has line faults, theirs with pixels.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.pages.made.invoice import draw_invoice, render_invoice
from harness.generate.payloads import Page
from tests.speed.fax_pages import make_fax

OURS = "harness"
NEEDS = {
    "augraphy": ("augraphy==8.2.6",),
    "albumentations": ("albumentations==2.0.8",),
    "ocrodeg": ("numpy", "scipy", "matplotlib"),
}
OPS = {
    "noise": ("page.speckle", 3),
    "shadow": ("photo.shadow", 5),
    "bleed_through": ("paper.bleed_through", 5),
    "fold": ("paper.crease", 5),
    "jpeg": ("photo.jpeg", 1),
    "perspective": ("photo.perspective", 5),
    "motion_blur": ("photo.motion_blur", 5),
}
"""Ours, by the name that an effect has in peer_pages.py."""

PAGES = {OURS: 6, "albumentations": 6, "augraphy": 2, "ocrodeg": 2}
"""A round."""

NAMES = {
    "default": "default pipeline, against our fax",
    "fax": "fax: turn, blur, noise, black and white",
    "noise": "noise",
    "shadow": "shadow",
    "bleed_through": "bleed-through",
    "fold": "folded",
    "jpeg": "saved as JPEG once",
    "perspective": "seen aslant (ocrodeg: turned)",
    "motion_blur": "motion blur",
}


@dataclass(slots=True)
class Peer:
    """A library that makes pages in a process of its own."""

    name: str
    process: "subprocess.Popen[str]"
    effects: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def seconds(self, effect: str, pages: int) -> float:
        """Mean processor time of the pages of one round; those that raised an error are counted and left out."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{effect} {pages}\n")
        self.process.stdin.flush()
        told = self.line()
        self.failed[effect] = self.failed.get(effect, 0) + told["failed"]
        return fmean(told["seconds"]) if told["seconds"] else float("nan")

    def line(self) -> dict[str, Any]:
        """What the process says next; RuntimeError where it has ended."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        told: dict[str, Any] = json.loads(text)
        return told


def python_with(name: str) -> Path:
    """The interpreter of the environment that has what the library needs, made where it is not yet."""
    folder = Path(tempfile.gettempdir(), "golive-harness-peers", name)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        print(f"installing {', '.join(NEEDS[name])} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *NEEDS[name]], check=True)
        (folder / "complete").touch()
    return python


@contextmanager
def started(name: str, page: Path, checkout: str) -> Iterator[Peer]:
    """The library's process in a folder of its own: Augraphy writes folders where it is imported."""
    script = Path(__file__).with_name("peer_pages.py").resolve()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [str(python_with(name)), "-W", "ignore", str(script), name, str(page)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": checkout},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            peer = Peer(name=name, process=process)
            told = peer.line()
            peer.effects, peer.versions = told["effects"], told["versions"]
            yield peer
        finally:
            process.kill()
            process.wait()


def own_seconds(effect: str, page: Page, first: int) -> float:
    """Mean processor time of our pages of one round; each has noise of its own."""
    start = time.process_time()
    for number in range(first, first + PAGES[OURS]):
        if effect == "fax":
            make_fax(page, number)
        else:
            name, severity = OPS[effect]
            get_op(name).run(page, severity, Stream(1, "speed", number))
    return (time.process_time() - start) / PAGES[OURS]


def measure(page: Page, peers: Sequence[Peer], rounds: int) -> Mapping[tuple[str, str], list[float]]:
    """Seconds a page by library and effect, a figure a round. A round before the first one is thrown away."""
    found: dict[tuple[str, str], list[float]] = {}
    for round_ in range(rounds + 1):
        for effect in NAMES:
            for peer in peers:
                if effect in peer.effects:
                    taken = peer.seconds(effect, PAGES[peer.name] if round_ else 1)
                    found.setdefault((peer.name, effect), []).append(taken)
            if effect != "default":
                found.setdefault((OURS, effect), []).append(own_seconds(effect, page, round_ * PAGES[OURS]))
        print(f"round {round_} of {rounds}", file=sys.stderr)
    return {key: figures[1:] for key, figures in found.items()}


def table(found: Mapping[tuple[str, str], list[float]], peers: Sequence[Peer]) -> Iterator[str]:
    """Milliseconds a page, and how many times ours, as Markdown."""
    yield f"| effect | ours | {' | '.join(f'{peer.name} {_version(peer)}'.strip() for peer in peers)} |"
    yield "|" + "---|" * (len(peers) + 2)
    for effect, words in NAMES.items():
        ours = found[OURS, "fax" if effect == "default" else effect]
        cells = [_cell(found.get((peer.name, effect)), ours, peer.failed.get(effect, 0)) for peer in peers]
        yield f"| {words} | {1000 * median(ours):.1f} ms | {' | '.join(cells)} |"


def _cell(theirs: list[float] | None, ours: list[float], failed: int) -> str:
    """The medians over the rounds in which a page was made."""
    if theirs is None:
        return ""
    pairs = [(other, own) for other, own in zip(theirs, ours, strict=True) if not isnan(other)]
    if not pairs:
        return f"all {failed} failed"
    taken, ratio = 1000 * median(other for other, _ in pairs), median(other / own for other, own in pairs)
    figures = f"{taken:.1f} ms, {ratio:.2g} times" if ratio < 10 else f"{taken:.0f} ms, {ratio:.0f} times"
    return figures + (f", {failed} failed" if failed else "")


def _version(peer: Peer) -> str:
    return peer.versions.get(peer.name, "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--ocrodeg", default="", metavar="FOLDER", help="a checkout of ocrodeg")
    given = parser.parse_args()
    if not hasattr(os, "sched_setaffinity"):
        print("this system cannot tie a process to one core", file=sys.stderr)
        return 1
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    names = [name for name in NEEDS if name != "ocrodeg" or given.ocrodeg]
    page = render_invoice(draw_invoice(Stream(1, "speed")))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder, "page.npy")
        np.save(file, page.pixels)
        checkout = str(Path(given.ocrodeg).resolve()) if given.ocrodeg else ""
        peers = [stack.enter_context(started(name, file, checkout if name == "ocrodeg" else "")) for name in names]
        found = measure(page, peers, given.rounds)
    print("\n".join(table(found, peers)))
    for peer in peers:
        print(f"{peer.name}: {', '.join(f'{name} {version}' for name, version in peer.versions.items())}")
    pages = ", ".join(f"{count} of {name}" for name, count in PAGES.items())
    print(f"core {core}, {given.rounds} rounds, processor time; pages of each effect a round: {pages}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
