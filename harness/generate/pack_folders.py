"""Where packs stand that have a name: with the harness, and in distributions that add some."""

from functools import lru_cache
from pathlib import Path

from harness.core.errors import PackError
from harness.core.loading.plugins import PACKS, Added, added
from harness.core.loading.shipped import shipped


def shipped_packs() -> dict[str, Path]:
    """The folders of the packs that come with the harness, by name."""
    return _packs_in(shipped("scenarios"))


@lru_cache(maxsize=1)
def known_packs() -> dict[str, Path]:
    """The shipped packs and those of the entry points `harness.packs`, which are never assumed: a mix names them.

    Raises PackError for an entry point that cannot be imported, has no pack, or one with the name of another.
    """
    known, by = shipped_packs(), dict.fromkeys(shipped_packs(), "the harness")
    for one in added(PACKS, PackError):
        found = _packs_in(_folder(one))
        if not found:
            raise PackError(
                f"{one.told} ({PACKS}): no pack in {_folder(one)}\n"
                "  it names a package in whose folder each pack has one of its own: NAME/pack.toml"
            )
        for name in found:
            if name in known:
                raise PackError(f'{one.told} ({PACKS}): {by[name]} has a pack "{name}" too\n  rename one of them')
            known[name], by[name] = found[name], one.distribution
    return known


def _packs_in(folder: Path) -> dict[str, Path]:
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/pack.toml"))}


def _folder(one: Added) -> Path:
    """That of a package, which may have none but its path, or of a module."""
    inside = getattr(one.object, "__path__", None)
    return Path(next(iter(inside)) if inside else one.object.__file__).resolve()
