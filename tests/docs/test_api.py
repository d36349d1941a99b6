"""docs/reference/api.md: what is documented is what is exported, signatures are those of the code, examples run."""

import ast
import collections.abc
import inspect
import re
import subprocess
import sys
import tomllib
import typing
from collections.abc import Callable
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.core.errors import HarnessError
from harness.run import events
from tests.endpoints.command import ROOT
from tests.endpoints.orders import MANNERS, write_pilot
from tests.endpoints.pytest_project import run_pytest, write_project
from tests.endpoints.server import serving

PAGE = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
SOURCE = ast.parse((ROOT / "harness/__init__.py").read_text(encoding="utf-8"))


def blocks(section: str, language: str = "python") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


EXAMPLES = {name: blocks(section)[-1] for name, section in SECTIONS.items()}
STUBS = {name: blocks(section)[0] for name, section in SECTIONS.items() if name != "errors"}


def test_what_is_exported_is_what_is_documented() -> None:
    assert sorted(harness.__all__) == sorted(SECTIONS)
    assert dir(harness) == sorted([*SECTIONS, "__version__"])


def test_each_name_is_what_type_checkers_take_it_for() -> None:
    (branch,) = (node for node in SOURCE.body if isinstance(node, ast.If))
    typed = [
        (one.module, alias.name, alias.asname or alias.name)
        for one in branch.body
        if isinstance(one, ast.ImportFrom) and one.module
        for alias in one.names
    ]
    assert sorted(shown for _, _, shown in typed) == sorted(harness.__all__)
    for module, name, shown in typed:
        import_module(module)
        found = sys.modules.get(f"{module}.{name}") or getattr(sys.modules[module], name)
        assert getattr(harness, shown) is found, shown


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(AttributeError) as wrong:
        _ = harness.run_chek  # type: ignore[attr-defined]
    told = 'module "harness" has no attribute "run_chek"\n  did you mean "run_check"?   all names: dir(harness)'
    assert str(wrong.value) == told


def test_the_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert harness.__version__ == project["version"]


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import harness; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['harness']"


def documented(stub: ast.FunctionDef, module: str) -> Callable[..., Any]:
    """The function of the stub. Its types are those of the API, of typing and of the module that has the true one."""
    bare = ast.FunctionDef(**{**{name: getattr(stub, name) for name in stub._fields}, "decorator_list": []})
    names = {name: getattr(harness, name) for name in harness.__all__}
    known = {**vars(typing), **vars(collections.abc), **vars(events), **vars(sys.modules[module]), **names}
    own: dict[str, Callable[..., Any]] = {}
    exec(compile(ast.fix_missing_locations(ast.Module(body=[bare], type_ignores=[])), "api.md", "exec"), known, own)
    return own[stub.name]


def compare(stub: ast.FunctionDef, true: object) -> None:
    """The parameters in their order, with kind, default and type, and what is returned."""
    is_property = any(isinstance(one, ast.Name) and one.id == "property" for one in stub.decorator_list)
    assert is_property == isinstance(true, property), stub.name
    function = true.fget if isinstance(true, property) else true
    assert callable(function)
    told = documented(stub, function.__module__)
    pairs = zip_longest(inspect.signature(told).parameters.values(), inspect.signature(function).parameters.values())
    for own, others in pairs:
        assert own, f"{stub.name}: {others} is not documented"
        assert others, f"{stub.name}: {own} is not in the code"
        assert (own.name, own.kind) == (others.name, others.kind), stub.name
        # `...` stands for a default that is no literal.
        same = others.default is not others.empty if own.default is ... else repr(own.default) == repr(others.default)
        assert same, f"{stub.name}: {own}, not {others}"
    assert typing.get_type_hints(told) == typing.get_type_hints(function), stub.name


@pytest.mark.parametrize("name", STUBS)
def test_each_signature_is_that_of_the_code(name: str) -> None:
    (stub,) = ast.parse(STUBS[name]).body
    assert isinstance(stub, ast.FunctionDef | ast.ClassDef)
    assert stub.name == name
    methods = [stub] if isinstance(stub, ast.FunctionDef) else stub.body
    for method in methods:
        assert isinstance(method, ast.FunctionDef)
        thing = getattr(harness, name)
        compare(method, thing if method is stub else inspect.getattr_static(thing, method.name))


def test_the_table_of_errors_is_that_of_the_code() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\d) \|", SECTIONS["errors"], re.MULTILINE))
    true = {name: one for name, one in vars(harness.errors).items() if inspect.isclass(one)}
    assert told == {name: str(one.exit_code) for name, one in true.items() if issubclass(one, HarnessError)}


@pytest.mark.parametrize("name", [name for name, text in EXAMPLES.items() if "def test_" not in text])
def test_each_example_prints_what_the_page_says(tmp_path: Path, name: str) -> None:
    (printed,) = blocks(SECTIONS[name], "text")
    write_pilot(tmp_path / "pilot")
    with serving(MANNERS["honest"]) as url:
        code = EXAMPLES[name].replace("http://127.0.0.1:8000/score", url)
        (tmp_path / "example.py").write_text(code, encoding="utf-8")
        command = [sys.executable, "-W", "error", "example.py"]
        environment = {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (printed, "", 0)


@pytest.mark.parametrize("name", [name for name, text in EXAMPLES.items() if "def test_" in text])
def test_each_example_of_a_test_passes(tmp_path: Path, name: str) -> None:
    with serving(MANNERS["honest"]) as url:
        said = run_pytest(write_project(tmp_path, url, tests=EXAMPLES[name]), "-q", "-W", "error")
    assert said.code == 0, said.out
    assert re.search(r"^\d+ passed", said.out, re.MULTILINE), said.out
