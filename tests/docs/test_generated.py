"""The pages of the reference that are generated say what the code says."""

import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.core.loading.toml import read_toml
from harness.core.schema import Shape
from harness.core.settings import Settings
from harness.generate.records.schema.conform import breaches
from harness.generate.records.schema.read_schema import read_schema
from tests.docs.cli_page import cli_page
from tests.docs.field_table import fields_of
from tests.docs.files_page import files_page
from tests.docs.findings_page import findings_page
from tests.docs.index_page import DOCS, index_page, listed, pages
from tests.docs.settings_page import settings_page, settings_schema, toml_tables

PAGES: Mapping[str, Callable[[], str]] = {
    "index.md": index_page,
    "reference/cli.md": cli_page,
    "reference/files.md": files_page,
    "reference/findings.md": findings_page,
    "reference/harness.schema.json": settings_schema,
    "reference/settings.md": settings_page,
}
TABLES = [(title, schema) for title, schema in toml_tables(Settings) if title]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    path, text = DOCS / name, PAGES[name]()
    if os.environ.get("HARNESS_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "generate it: HARNESS_GOLDEN=write python -m pytest -q tests/docs"


def test_every_page_has_one_line_in_the_index() -> None:
    assert sorted(listed()) == pages(), "add to docs/index.md: | [title](page.md) | what for |"


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".md")])
def test_links_within_a_generated_page_lead_to_a_heading(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    headings = {heading.lower() for heading in re.findall(r"^#+ (\w+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def keys(schema: type) -> list[str]:
    return [name for name, _ in fields_of(schema)]


def written(folder: Path, text: str) -> Path:
    path = folder / "harness.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("title", "schema"), TABLES)
def test_a_misspelt_key_of_any_table_is_told_with_its_line_and_the_right_one(
    tmp_path: Path, title: str, schema: type
) -> None:
    for name in keys(schema):
        path = written(tmp_path, f"\n{title}\n{name}x = 1\n")
        with pytest.raises(ConfigError) as wrong:
            read_toml(path, ConfigError).load(Settings)
        assert str(wrong.value) == f'{path}:3: unknown key "{name}x"\n  did you mean "{name}"?'


@lru_cache
def schema_of_the_file() -> Shape:
    return read_schema(str(DOCS / "reference/harness.schema.json")).root


# Our reader of schemas does not look into a table whose keys are free names.
@pytest.mark.parametrize(("title", "schema"), [(title, schema) for title, schema in TABLES if "NAME" not in title])
def test_the_schema_refuses_a_misspelt_key_of_any_table(tmp_path: Path, title: str, schema: type) -> None:
    for name in keys(schema):
        table = read_toml(written(tmp_path, f"{title}\n{name}x = 1\n"), ConfigError).data
        found = [one.path for one in breaches(table, schema_of_the_file())]
        assert any(path.endswith(f".{name}x") for path in found), found


@pytest.mark.parametrize(
    "document", [name for name in pages() if "```toml" in (DOCS / name).read_text(encoding="utf-8")]
)
def test_the_schema_takes_every_configuration_that_is_shown(tmp_path: Path, document: str) -> None:
    others = ("[[fault]]", "[[scenario]]", "[project.")
    for shown in re.findall(r"```toml\n(.*?)```", (DOCS / document).read_text(encoding="utf-8"), re.DOTALL):
        if not any(mark in shown for mark in others):
            table = read_toml(written(tmp_path, shown), ConfigError).data
            assert list(breaches(table, schema_of_the_file())) == []
