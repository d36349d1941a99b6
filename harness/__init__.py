"""golive-harness: a stress test that takes an AI system from pilot to production.

The public API is `__all__`; docs/reference/api.md documents each name. A name is imported when it is first used,
because pytest imports this package at every start of every project that has the harness installed.
"""

TYPE_CHECKING = False  # type checkers take this name for True; typing itself is slower to import than all of this

if TYPE_CHECKING:
    from harness.core import errors
    from harness.core.case import Case
    from harness.core.seed import Stream
    from harness.core.verdict import Verdict
    from harness.generate.registry import op
    from harness.pytest_support.replied import Reply
    from harness.pytest_support.sending import LiveTarget
    from harness.run.check import run_check
    from harness.run.load import run_load
    from harness.run.setup.configure import RunRequest as RunRequest

    __version__: str
else:
    # A type checker must not see `__getattr__`: with it, every misspelt name would be one of Any.
    _PLACES = {
        "Case": ("harness.core.case", "Case"),
        "LiveTarget": ("harness.pytest_support.sending", "LiveTarget"),
        "Reply": ("harness.pytest_support.replied", "Reply"),
        "RunRequest": ("harness.run.setup.configure", "RunRequest"),
        "Stream": ("harness.core.seed", "Stream"),
        "Verdict": ("harness.core.verdict", "Verdict"),
        "__version__": ("harness.core.version", "VERSION"),
        "errors": ("harness.core.errors", ""),
        "op": ("harness.generate.registry", "op"),
        "run_check": ("harness.run.check", "run_check"),
        "run_load": ("harness.run.load", "run_load"),
    }

    def __getattr__(name):
        from importlib import import_module

        if name not in _PLACES:
            from harness.core.errors import did_you_mean

            hint = did_you_mean(name, __all__, "all names: dir(harness)")
            raise AttributeError(f'module "harness" has no attribute "{name}"\n{hint}')
        module, attribute = _PLACES[name]
        found = import_module(module)
        return getattr(found, attribute) if attribute else found

    def __dir__():
        return [*__all__, "__version__"]


__all__ = [
    "Case",
    "LiveTarget",
    "Reply",
    "RunRequest",
    "Stream",
    "Verdict",
    "errors",
    "op",
    "run_check",
    "run_load",
]
