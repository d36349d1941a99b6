"""docs/reference/files.md, made from the dataclasses that msgspec reads and writes."""

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.core import settings
from harness.core.finding import Finding
from harness.core.integration.exchange import Exchange
from harness.core.integration.kinds import kinds_table
from harness.core.regression.baseline import BaselineHead, CaseResult, Sketch
from harness.core.regression.comparison import Comparison
from harness.core.regression.selftest import SelfTest
from harness.core.reply import Judged, Reply
from harness.core.under_load.live import UsageSample
from harness.core.under_load.load import Arrivals, WorkerEnd
from harness.core.verdict import Verdict
from harness.generate.recipes.pack_file import PackFile
from harness.inject.read_faults import FaultsFile
from harness.run.outcome.replay_case import Stored
from harness.store.files import CaseLine, RunHead
from harness.store.rows import Met
from tests.docs.field_table import fields_of, nested, section, table
from tests.docs.settings_page import toml_tables

HEAD = """# File formats

The files that the harness reads and writes. This page is generated from the code.

Text files are UTF-8. A `.jsonl` file holds one JSON object in each line. A field that is missing
has its default. A "value" is a string, a number, a boolean or null.
"""


@dataclass(frozen=True, slots=True)
class File:
    """A file or a document. schema: what it holds, `many` of them; None for a file without fields."""

    name: str
    about: str
    schema: type | None = None
    many: str = ""


RUN = (
    File("run.json", "what defines the run", RunHead),
    File("cases.jsonl", "the cases that were sent", CaseLine, "lines of"),
    File("replies.jsonl", "the replies, appended as they come", Reply, "lines of"),
    File("replies-*.jsonl", "the replies of one worker of a load run", Reply, "lines of"),
    File(
        "down.jsonl", "replies from a time when the target was down; a resumed run sends these again", Reply, "lines of"
    ),
    File("bodies/*", "a long or binary body of a reply, named by its SHA-256 digest"),
    File("exchanges.jsonl", "what the service asked its upstreams, as the relays saw it", Exchange, "lines of"),
    File("judged.jsonl", "the judgement of each reply", Judged, "lines of"),
    File("findings.json", "what the run noticed", Finding, "list of"),
    File("verdict.json", "the verdict", Verdict),
    File("report.html", "the report for a browser"),
    File("report.md", "the report for a merge request"),
    File("junit.xml", "the report for a CI server"),
    File("arrivals.json", "the requests of a load run", Arrivals),
    File("usage.jsonl", "what the processes of a local target used during a load run", UsageSample, "lines of"),
    File("start.json", "when the first arrival of a load run was due, in seconds on the clock of the run"),
    File("faults.jsonl", "the faults of upstreams that a request of a load run met", Met, "lines of"),
    File("worker-*.json", "the end of one worker of a load run", WorkerEnd),
)
BASELINE = (
    File("baseline.json", "which run it was made of, and who approved it", BaselineHead),
    File("cases.jsonl", "the result of each case, in the order of the addresses", CaseResult, "lines of"),
    File("sketches.json", "the distributions of each slice", Sketch, "list of"),
)
DOCUMENTS = (
    File("check --json, load --json", "the verdict", Verdict),
    File("check --selftest --json", "what the gate said about planted changes", SelfTest),
    File("diff --json", "the difference between two sides", Comparison),
    File("show RUN --json", "the verdict of the run", Verdict),
    File("show ADDRESS --json", "one case of a run", Stored),
    File("promote --json", "the baseline", BaselineHead),
    File("serve proxy --record FILE", "the requests that came through the relays", Exchange, "lines of"),
)


def files_page() -> str:
    """The whole page."""
    seen: set[type] = set()
    parts = [
        *_part("## Run folder", "`reports/<time>-check` or the folder of `--out`.", RUN, seen),
        *_part(
            "## Baseline folder", "The folder of `[baseline] path`, for git. Defaults are left out.", BASELINE, seen
        ),
        *_toml(
            "## faults.toml",
            "What goes wrong on the way: the file of `--faults` ([guide](../guides/faults.md)).",
            FaultsFile,
        ),
        f"### Kinds of faults\n\n{kinds_table()}",
        *_toml(
            "## pack.toml", "The recipe of a pack ([guide](../guides/your-own-packs.md)) of [ops](ops.md).", PackFile
        ),
        *_part("## Documents of commands", "What a command prints or writes.", DOCUMENTS, seen),
    ]
    return "\n".join([HEAD, *parts])


def undescribed(folder: Path, files: Iterable[File]) -> list[str]:
    """The files of a folder that the page does not name."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return [name for name in found if not any(fnmatch.fnmatch(name, file.name) for file in files)]


def _part(title: str, about: str, files: tuple[File, ...], seen: set[type]) -> Iterator[str]:
    """The files of one folder, and each dataclass that they hold and that was not described before."""
    rows = [(f"`{one.name}`", _link(one), one.about) for one in files]
    yield f"{title}\n\n{about}\n\n{table(('file', 'holds', 'what'), rows)}\n"
    for schema in (inner for one in files if one.schema for inner in _records(one.schema)):
        if schema not in seen:
            seen.add(schema)
            yield section(f"### {schema.__name__}", schema, toml=False)


def _link(file: File) -> str:
    if file.schema is None:
        return ""
    name = file.schema.__name__
    return f"{file.many} [{name}](#{name.lower()})".strip()


def _records(schema: type) -> Iterator[type]:
    """The dataclass and those inside it, but for the settings, which have a page of their own."""
    if schema.__module__ != settings.__name__:
        yield schema
        yield from (deep for _, hint in fields_of(schema) for inner in nested(hint) for deep in _records(inner))


def _toml(title: str, about: str, schema: type) -> Iterator[str]:
    """A TOML file, table by table; its top has a section only if there are keys besides the tables."""
    yield f"{title}\n\n{about}\n"
    for name, inner in toml_tables(schema):
        if name or not all(nested(hint) for _, hint in fields_of(inner)):
            yield section(f"### `{name}`" if name else "### Keys above the first table", inner, toml=True)
