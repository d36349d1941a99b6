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


LABELS = (
    "pilot quality",
    "projected production quality",
    "pilot-to-production gap",
    "silent errors (answerable cases)",
    "straight-through (answerable cases)",
)
"""The rows of the table that the README's figures are compared by."""


def figures(screen: str) -> dict[str, float]:
    """The measured values of the table's rows over the whole mix, in percent or points, by their label."""
    found = {label: re.search(rf"^{re.escape(label)} +(-?\d+\.\d)", screen, re.MULTILINE) for label in LABELS}
    return {label: float(match[1]) for label, match in found.items() if match}
