"""Objects in the team's own modules, named in its configuration, never in a pack from elsewhere."""

import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.core.errors import HarnessError, did_you_mean

NAMED = re.compile(r"[^\W\d][\w.]*:[^\W\d]\w*")
"""The reference to an object in a module: `module:function`."""

MAX_NAMES = 4
"""Maximum number of existing names that an error message lists."""


def is_named(where: str, folder: Path = Path()) -> bool:
    """Whether `where` names an object as `module:function`, and not a file or folder (seen from `folder`)."""
    return NAMED.fullmatch(where) is not None and not (folder / where).exists()


def named_object(
    where: str, error: type[HarnessError], *, use: str, noun: str, hint: str, fits: Callable[[Any], bool] = callable
) -> Any:
    """The object at `module:name`. The module is also searched in this folder.

    Raises `error` if the module cannot be imported or has no such object. use: its purpose, for example "the samples".
    noun: its kind, for example "function". hint: what is expected of it. fits: whether an object is of this kind.
    """
    module_name, _, name = where.partition(":")
    try:
        module = _module_here(module_name)
    except ImportError as reason:
        raise error(f'{where}: cannot import "{module_name}" for {use}: {reason}\n  {hint}') from None
    found = getattr(module, name, None)
    if fits(found):
        return found
    there = [one for one, value in vars(module).items() if not one.startswith("_") and fits(value)]
    listed = f"{noun}s there: {_listed(there, module)}; {hint}"
    raise error(f'{where}: "{module_name}" has no {noun} "{name}"\n{did_you_mean(name, there, listed)}')


def _module_here(name: str) -> ModuleType:
    """The module with this name, also searched in this folder.

    Raises ImportError with the reason, whatever the import raises. A module may even raise SystemExit.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as reason:
        raise ImportError(f"{type(reason).__name__}: {reason}") from None


def _listed(names: list[str], module: ModuleType) -> str:
    """The first few names, those of the module itself before those that it imports."""
    own = sorted(names, key=lambda name: getattr(vars(module)[name], "__module__", "") != module.__name__)
    return ", ".join([*own[:MAX_NAMES], *(["..."] if own[MAX_NAMES:] else [])]) or "none"
