"""What the harness raises when it cannot do its own work. A misbehaving target is a finding, never an error.

The tree is the table of exit codes:

    HarnessError            4  (the root; click's own usage errors exit with 4 too)
    |- ConfigError          4  a setting, an option or harness.toml
    |- PackError            4  a pack, a scenario or an op
    |- SampleError          4  the pilot's samples or their truth
    |- TargetError          4  nothing to talk to at the start, or not allowed to
    |- RunError             4  a run folder that cannot be written, read or resumed
    |- BaselineError        4  a baseline that cannot be made, read or compared with
    `- Interrupted          2  Ctrl-C; what was answered is kept

Anything else that escapes is a bug of ours and exits with 3.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class HarnessError(Exception):
    """Our own inability to work. The text names what, where, the nearest right thing and what to do."""

    exit_code = 4


class ConfigError(HarnessError):
    """A setting, an option or the configuration file is wrong."""


class PackError(HarnessError):
    """A pack, one of its scenarios or an op is wrong."""


class SampleError(HarnessError):
    """The pilot's samples or their truth cannot be read."""


class TargetError(HarnessError):
    """The endpoint cannot be called at all, or may not be."""


class RunError(HarnessError):
    """A run folder cannot be written, read or resumed."""


class BaselineError(HarnessError):
    """A baseline cannot be made, read or compared with."""


class Interrupted(HarnessError):
    """The person at the keyboard stopped the run; rows already written are kept."""

    exit_code = 2


def did_you_mean(wrong: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint line under an error: the nearest right name, then where all of them stand.

    >>> did_you_mean("fax.line_los", ["fax.line_loss", "page.skew"], "all ops: harness packs ops")
    '  did you mean "fax.line_loss"?   all ops: harness packs ops'
    """
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    parts = ([f'did you mean "{near[0]}"?'] if near else []) + ([otherwise] if otherwise else [])
    return f"  {'   '.join(parts)}" if parts else ""
