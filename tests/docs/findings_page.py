"""The reference of findings: hand-written text around a table of every kind that the code generates."""

from harness.core.finding import How, Where
from harness.core.finding_kinds import FindingKind, Why
from tests.docs.index_page import DOCS

BEGIN, END = "<!-- kinds -->", "<!-- end of kinds -->"


def findings_page() -> str:
    """The page with its table made anew."""
    text = (DOCS / "reference" / "findings.md").read_text(encoding="utf-8")
    kinds = [f"| `{kind}` | {kind.meaning} |" for kind in FindingKind]
    words = [("circumstances", Where), ("how an answer fails", How), ("why something was not tested", Why)]
    lists = [f"| {name} | {', '.join(f'`{one}`' for one in kind)} |" for name, kind in words]
    table = ["| kind | what it means |", "|---|---|", *kinds, "", "| words of a finding | |", "|---|---|", *lists]
    return "\n".join([text.partition(BEGIN)[0] + BEGIN, "", *table, "", END + text.partition(END)[2]])
