"""What the README shows: its commands, and the screen that it says the first one ends with."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def block(mark: str) -> str:
    """The fenced block after `<!-- MARK -->`."""
    found = re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    if not found:
        raise SystemExit(f"{README}: no block after <!-- {mark} -->")
    return found[1]


def steps(mark: str) -> list[str]:
    """The one line of the block, as the commands that `&&` joins."""
    (line,) = block(mark).splitlines()
    return line.split(" && ")


def figures(screen: str) -> dict[str, float]:
    """The figures of a screen's head, in percent, by their label."""
    labels = ("pilot-to-production gap", "quality on the pilot", "projected on the mix", "silent errors", "straight")
    lines = [line.strip() for line in screen.splitlines()]
    found = {label: next((line for line in lines if line.startswith(label)), "") for label in labels}
    return {label: float(m[0]) for label, line in found.items() if (m := re.search(r"-?\d+\.\d", line))}
