"""The errors that the harness raises if it cannot do its own work. A failure of the target is a finding instead.

The tree is the table of exit codes:

    HarnessError            4  (the root; click's own usage errors exit with 4 too)
    |- ConfigError          4  a setting, an option or harness.toml
    |- PackError            4  a pack, a scenario or an op
    |- SampleError          4  the pilot's samples or their truth
    |- TargetError          4  no target that can be called at the start, or not allowed
    |- RunError             4  a run folder that cannot be written, read or resumed
    |- BaselineError        4  a baseline that cannot be made, read or compared with
    `- Interrupted          2  Ctrl-C; replies so far are kept

Any other exception is a bug of the harness and exits with 3.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class HarnessError(Exception):
    """The harness cannot do its work. The message has what, where, the nearest valid name and what to do."""

    exit_code = 4


class ConfigError(HarnessError):
    """A setting, an option or the configuration file is wrong."""


class PackError(HarnessError):
    """A pack, one of its scenarios or an op is wrong."""


class SampleError(HarnessError):
    """The pilot's samples or their truth cannot be read."""


class TargetError(HarnessError):
    """The endpoint cannot be called, or is not allowed."""


class RunError(HarnessError):
    """A run folder cannot be written, read or resumed."""


class BaselineError(HarnessError):
    """A baseline cannot be made, read or compared with."""


class Interrupted(HarnessError):
    """The user stopped the run. Rows already written are kept."""

    exit_code = 2


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint line under an error: the nearest valid name, then where all names are listed.

    >>> did_you_mean("fax.line_los", ["fax.line_loss", "page.skew"], "all ops: harness packs ops")
    '  did you mean "fax.line_loss"?   all ops: harness packs ops'
    """
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    parts = ([f'did you mean "{near[0]}"?'] if near else []) + ([otherwise] if otherwise else [])
    return f"  {'   '.join(parts)}" if parts else ""
