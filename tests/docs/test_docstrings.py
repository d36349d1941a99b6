"""The examples in docstrings are run: what they show is what the code gives."""

import doctest
import re
from importlib import import_module

import pytest

from tests.endpoints.command import ROOT

EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)
COUNTS = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): len(EXAMPLE.findall(text))
    for path in sorted((ROOT / "harness").rglob("*.py"))
    if EXAMPLE.search(text := path.read_text(encoding="utf-8"))
}
"""Examples by module."""


@pytest.mark.parametrize("name", COUNTS)
def test_each_example_in_a_docstring_gives_what_it_shows(name: str) -> None:
    # Importing harness.load's modules patches sockets and threads of the whole process.
    assert not name.startswith("harness.load."), "test it in a process of its own"
    done = doctest.testmod(import_module(name))
    # doctest passes over what is no docstring of a function, class or module.
    assert (done.failed, done.attempted) == (0, COUNTS[name])
