"""How a pytest session uses the harness: options, files, token. Imports pytest and the standard library only."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.run.setup.configure import RunRequest

FILE = "harness.toml"
PROJECT = "pyproject.toml"

TOKEN = pytest.StashKey[str]()
"""Random token that names the shared files of this session's processes; nobody else can guess it."""

WORKERINPUT = "golive_harness"


def token_of(config: pytest.Config) -> str:
    """The session's token: created on the first use, passed to xdist's workers by the controller."""
    given = getattr(config, "workerinput", {}).get(WORKERINPUT)
    return config.stash.setdefault(TOKEN, given or secrets.token_hex(16))


def shared_folder(token: str) -> Path:
    """The folder of the session, created on the first use."""
    return Path(gettempdir()) / f"golive-harness-{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The session's options. here: the working folder of pytest. worker: xdist's name of this process, or ""."""

    options: Any
    here: Path
    root: Path
    token: str
    worker: str = ""
    workers: int = 1

    def asked(self, path: Path) -> "RunRequest":
        """The options for the project of that configuration."""
        from harness.run.setup.configure import RunRequest

        options = self.options
        return RunRequest(
            config=str(path),
            url=options.harness_url,
            seed=options.harness_seed,
            calls=options.harness_calls,
            out=str(self.here / options.harness_out) if options.harness_out else "",
        )

    def collects(self, path: Path) -> bool:
        """Whether the packs of that file are requested: it, or its folder, is an argument, or `--harness` is given."""
        if self.options.harness and path == self.config():
            return True
        named = {Path(os.path.abspath(self.here / arg.partition("::")[0])) for arg in self.options.file_or_dir or ()}
        return path in named if path.name != FILE else not named.isdisjoint((path, path.parent))

    def config(self) -> Path | None:
        """The configuration for fixtures, markers and `--harness`; None if there is none."""
        if self.options.harness_config:
            return Path(os.path.abspath(self.here / self.options.harness_config))
        for folder in (self.here, self.root):
            if (folder / FILE).is_file():
                return folder / FILE
            if _has_table(folder / PROJECT):
                return folder / PROJECT
        return None

    def required_config(self) -> Path:
        """The configuration. UsageError if there is none."""
        found = self.config()
        if found is None or not found.is_file():
            where = str(found) if found else f"no {FILE} in {self.here}"
            raise pytest.UsageError(
                f"{where}{': does not exist' if found else ''}\n"
                f"  choose one: --harness-config FILE; create one: harness check URL --samples ... --truth ... --save"
            )
        return found


def use_of(config: pytest.Config) -> Use:
    """How this session uses the harness."""
    given = getattr(config, "workerinput", {})
    return Use(
        options=config.option,
        here=config.invocation_params.dir,
        root=config.rootpath,
        token=token_of(config),
        worker=given.get("workerid", ""),
        workers=given.get("workercount", 1),
    )


def _has_table(path: Path) -> bool:
    try:
        return "[tool.harness" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
