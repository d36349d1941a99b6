"""All ops by name: those of this package and of installed distributions, loaded at the first use."""

from functools import lru_cache
from importlib import import_module
from pkgutil import walk_packages

from harness.core.errors import PackError, did_you_mean
from harness.core.loading.plugins import OPS, added
from harness.generate import files, pages, records, text
from harness.generate.registry import LAYERS, REGISTERED, Op


def all_ops() -> dict[str, Op]:
    """Every op by name, ordered by layer and name."""
    _load()
    return {o.name: o for o in sorted(REGISTERED.values(), key=lambda o: (LAYERS.index(o.layer), o.name))}


def get_op(name: str) -> Op:
    """The op called `name`. PackError with the nearest name if there is none."""
    _load()
    if name not in REGISTERED:
        raise PackError(f'unknown op "{name}"\n{did_you_mean(name, REGISTERED, "all ops: harness packs ops")}')
    return REGISTERED[name]


def ops_table() -> str:
    """The reference of all ops, layer by layer, as Markdown."""
    lines = []
    for layer in LAYERS:
        ops = [one for one in all_ops().values() if one.layer == layer]
        lines += (
            [f"## {layer}", "", "| op | severities | does to fields | what | severity is | source |"] if ops else []
        )
        lines += ["|---|---|---|---|---|---|"] if ops else []
        lines += [
            " | ".join(
                ("", f"`{one.name}`", one.kind, one.effect, *map(_cell, (one.summary, one.scale, one.source)), "")
            ).strip()
            for one in ops
        ]
        lines += [""] if ops else []
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


@lru_cache(maxsize=1)
def _load() -> None:
    """Import every module that may hold an op. An op registers itself, so no list of ops is needed."""
    for package in (files, pages, records, text):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    ours = dict(REGISTERED)
    try:
        for _ in added(OPS, PackError):
            pass  # importing an entry point registers its ops
    except PackError:
        REGISTERED.clear()
        REGISTERED.update(ours)
        raise
