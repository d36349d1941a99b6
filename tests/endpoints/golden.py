"""Compares text with a file of tests/golden; HARNESS_GOLDEN=write writes the file again."""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "golden"
CHANGING = (
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\d[\d.e+]*/s", "#/s"),
    (r"(cases? at #/s), .+", r"\1"),
    (r"replies in [\d.]+ (s|min|h)\b", "replies in #"),
    (r"\b\d+ ms", "# ms"),
)


def plain(text: str) -> str:
    """The text without what differs from run to run: ports, rates and times."""
    for pattern, instead in CHANGING:
        text = re.sub(pattern, instead, text)
    return text


def assert_golden(name: str, text: str) -> None:
    """Assert that the plain text equals tests/golden/NAME."""
    path = FOLDER / name
    if os.environ.get("HARNESS_GOLDEN") == "write":
        path.write_text(plain(text), encoding="utf-8")
    assert plain(text) == path.read_text(encoding="utf-8"), f"{path}: differs; HARNESS_GOLDEN=write makes it anew"
