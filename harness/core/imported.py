"""Modules that the team names: in its configuration, never in a pack that came from elsewhere."""

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

NAMED = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
"""How something in a module is named: `module:function`."""


def module_here(name: str) -> ModuleType:
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
