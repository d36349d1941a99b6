"""docs/index.md: one line for each page. The lines are written by hand, the titles are those of the pages."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_ROW = re.compile(r"^\| \[.*\]\(([^)]+)\) \|", re.MULTILINE)


def index_page() -> str:
    """The index as it is, with the present title of each page."""
    return _ROW.sub(lambda row: f"| [{title(row[1])}]({row[1]}) |", _index())


def pages() -> list[str]:
    """Every page besides the index, by its path below docs/."""
    found = (path.relative_to(DOCS).as_posix() for path in sorted(DOCS.rglob("*.md")))
    return [name for name in found if name != "index.md"]


def listed() -> list[str]:
    """The pages that have a line in the index, in its order."""
    return _ROW.findall(_index())


def title(page: str) -> str:
    """The first heading of a page."""
    return (DOCS / page).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _index() -> str:
    return (DOCS / "index.md").read_text(encoding="utf-8")
