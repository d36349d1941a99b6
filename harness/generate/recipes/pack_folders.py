"""The folders of known packs: shipped with the harness, or in installed distributions."""

from functools import lru_cache
from pathlib import Path

from harness.core.errors import PackError
from harness.core.loading.plugins import PACKS, Added, added
from harness.core.loading.shipped import shipped


def shipped_packs() -> dict[str, Path]:
    """The folders of the shipped packs, by name."""
    return _packs_in(shipped("scenarios"))


@lru_cache(maxsize=1)
def known_packs() -> dict[str, Path]:
    """The shipped packs and those of the entry points `harness.packs`. The latter are used only if a mix names them.

    Raises PackError for an entry point that cannot be imported, has no pack, or has a pack with a name in use.
    """
    known, by = shipped_packs(), dict.fromkeys(shipped_packs(), "the harness")
    for one in added(PACKS, PackError):
        found = _packs_in(_folder(one))
        if not found:
            raise PackError(
                f"{one.label} ({PACKS}): no pack in {_folder(one)}\n"
                "  name a package whose folder has a subfolder for each pack: NAME/pack.toml"
            )
        for name in found:
            if name in known:
                raise PackError(f'{one.label} ({PACKS}): {by[name]} also has a pack "{name}"\n  rename one of them')
            known[name], by[name] = found[name], one.distribution
    return known


def _packs_in(folder: Path) -> dict[str, Path]:
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/pack.toml"))}


def _folder(one: Added) -> Path:
    """The folder of a package (which may only have a path) or of a module."""
    inside = getattr(one.object, "__path__", None)
    return Path(next(iter(inside)) if inside else one.object.__file__).resolve()
