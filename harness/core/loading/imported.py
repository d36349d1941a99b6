"""What the team names in a module of its own: in its configuration, never in a pack that came from elsewhere."""

import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.core.errors import HarnessError, did_you_mean

NAMED = re.compile(r"[^\W\d][\w.]*:[^\W\d]\w*")
"""How something in a module is named: `module:function`."""

MAX_NAMES = 4
"""Names that an error lists of what is there."""


def is_named(where: str, folder: Path = Path()) -> bool:
    """Whether `where` names something in a module, as `module:function`, and no file or folder (seen from `folder`)."""
    return NAMED.fullmatch(where) is not None and not (folder / where).exists()


def named_object(
    where: str, error: type[HarnessError], *, use: str, noun: str, hint: str, fits: Callable[[Any], bool] = callable
) -> Any:
    """What stands at `module:name`, the module looked for in this folder too.

    Raises `error` where the module cannot be imported or holds no such thing. use: what it is for, as "the samples".
    noun: what it should be, as "function". hint: what is expected of it. fits: whether an object is one.
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
    told = f"{noun}s there: {_listed(there, module)}; {hint}"
    raise error(f'{where}: "{module_name}" has no {noun} "{name}"\n{did_you_mean(name, there, told)}')


def _module_here(name: str) -> ModuleType:
    """The module of that name, looked for in this folder too.

    Raises ImportError, with what went wrong, for whatever its import ends with; a module may also leave by SystemExit.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as reason:
        raise ImportError(f"{type(reason).__name__}: {reason}") from None


def _listed(names: list[str], module: ModuleType) -> str:
    """The first few, those of the module itself before those that it imports."""
    own = sorted(names, key=lambda name: getattr(vars(module)[name], "__module__", "") != module.__name__)
    return ", ".join([*own[:MAX_NAMES], *(["..."] if own[MAX_NAMES:] else [])]) or "none"
