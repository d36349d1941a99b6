"""Find the shipped packs and fixtures, in the wheel or in a checkout."""

from pathlib import Path
from typing import Literal

from harness.core.errors import HarnessError

PACKAGE = Path(__file__).resolve().parents[2]
"""The directory of the package `harness`."""


def shipped(kind: Literal["scenarios", "fixtures"]) -> Path:
    """The folder of shipped packs or fixtures.

    In a wheel they are in _shipped; in a checkout or an editable install they are next to harness/.
    """
    for folder in (PACKAGE / "_shipped" / kind, PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise HarnessError(
        f"the folder {kind}/ of the golive-harness installation is missing next to {PACKAGE}\n"
        "  reinstall it: pip install --force-reinstall golive-harness"
    )
