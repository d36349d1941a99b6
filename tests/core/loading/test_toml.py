"""Where in a file a wrong key stands."""

from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.core.loading.toml import Keys, read_toml

TEXT = """\
# settings
[target]
url = "x"

# the mix
[[mix]]
pack = "a"
[[mix]]
pack = "b"

share = 1
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("target", "url"), 3),
        (("target", "gone"), 2),
        (("mix", 0), 6),
        (("mix", 0, "pack"), 7),
        (("mix", 1, "pack"), 9),
        (("mix", 1, "share"), 11),
        (("gate",), 1),
    ],
)
def test_a_key_is_found_on_its_own_line_whatever_follows_it(tmp_path: Path, keys: Keys, line: int) -> None:
    path = tmp_path / "harness.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert read_toml(path, ConfigError).line_of(keys) == line
