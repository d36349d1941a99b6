"""faults.toml: what it may contain, and the errors for everything else."""

from dataclasses import fields
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.core.integration.fault import Fault
from harness.core.integration.kinds import KINDS
from harness.core.integration.upstreams import Upstream
from harness.core.loading.shipped import shipped
from harness.demo.story import FAULTS
from harness.inject.read_faults import read_faults


def read(tmp_path: Path, text: str) -> tuple[Fault, ...]:
    path = tmp_path / "faults.toml"
    path.write_text(text, encoding="utf-8")
    return read_faults(path, [Upstream(name="erp"), Upstream(name="crm"), Upstream(name="db", url="tcp://127.0.0.1:1")])


ONE = '[[fault]]\nkind = "status"\nwhere = "erp"\n'


def test_an_entry_has_kind_place_window_and_share(tmp_path: Path) -> None:
    text = ONE + 'path = "/v"\nmethod = "GET"\nshare = 0.25\nwindow = [10, 40]\nstatus = 500\nretry_after = 2\n'
    (found,) = read(tmp_path, text)
    assert found == Fault(
        name="erp.status",
        kind="status",
        where="erp",
        path="/v",
        method="GET",
        share=0.25,
        window=(10.0, 40.0),
        status=500,
        retry_after=2,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[fault]]\nkind = "status"\nwhere = "db"\n',
            ':2: a fault of kind "status" needs HTTP, and the url of "db" is tcp://\n  over TCP: latency, hang, reset',
        ),
        (
            '[[fault]]\nkind = "hang"\nwhere = "target"\nexpect = ["masked"]\n',
            ":4: expect is for faults of an upstream: a service cannot prevent",
        ),
        (
            ONE + 'expect = ["flaged"]\n',
            ':4: fault.0.expect.0: "flaged" is not an allowed value\n  did you mean "flagged"?',
        ),
        ('[[fault]]\nkind = "reset"\nwhere = "db"\npath = "/a"\n', ':4: requests to "db" have no path'),
        ('[[fault]]\nkind = "reset"\nwhere = "db"\nmethod = "GET"\n', ':4: requests to "db" have no method'),
        (
            '[[fault]]\nkind = "latncy"\nwhere = "erp"\n',
            ':2: unknown fault "latncy"\n  did you mean "latency"?   faults: latency, hang, reset, bandwidth, ',
        ),
        (ONE + "window = [40, 10]\n", ":4: the window ends (10 s) before it starts (40 s)\n  write [from, until]"),
        (ONE + "window = [3, 3]\n", ":4: the window ends (3 s) before it starts (3 s)"),
        (ONE + "every = 20\n", ":4: every needs a window\n  write the first one: window = [10, 20]"),
        (ONE + "ramp = 2\n", ":4: ramp needs a window"),
        (
            ONE + "window = [5, 15]\nevery = 10\n",
            ":5: the window lasts 10 s and would begin again before it ends (every = 10)",
        ),
        (ONE + "window = [5, 15]\nramp = 11\n", ":5: the ramp (11 s) is longer than the window (10 s)"),
        (ONE + "window = [-1, 3]\n", ":4: the window "),
        (ONE + "window = [1]\n", ":4: fault.0.window: expected `array` of length 2"),
        (ONE + "share = 1.5\n", ":4: fault.0.share: expected `float` <= 1.0"),
        (ONE + "stats = 500\n", ':4: unknown key "stats"\n  did you mean "status"?'),
        (
            ONE + "seconds = 2\n",
            ':4: a fault of kind "status" does not use the key "seconds"\n  its keys: status, body, ',
        ),
        (ONE + "status = 99\n", ":4: fault.0.status: expected `int` >= 200"),
        (
            '[[fault]]\nkind = "error_in_20"\nwhere = "erp"\n',
            ':2: unknown fault "error_in_20"\n  did you mean "error_in_200"?   faults: ',
        ),
        (
            '[[fault]]\nkind = "field_missing"\nwhere = "erp"\nto = "a"\n',
            ':4: a fault of kind "field_missing" does not use',
        ),
        (
            '[[fault]]\nkind = "field_renamed"\nwhere = "erp"\nfield = "a"\nto = "a"\n',
            ':5: "a" is already the name of the field',
        ),
        (ONE + 'name = "a/b"\n', ':4: "a/b" is not a valid name of a fault'),
        (ONE + 'name = "clean"\n', ':4: "clean" is not a valid name of a fault'),
        (ONE + ONE, ':4: two faults are called "erp.status"\n  give each its own name'),
        (
            '[[fault]]\nkind = "hang"\nwhere = "rep"\n',
            ':3: unknown place "rep"\n  did you mean "erp"?   places: target, erp, crm, db',
        ),
        ('[[fault]]\nkind = "hang"\n', ":1: fault.0: Object missing required field `where`"),
        ("", ":1: contains no [[fault]]"),
        ("[[fault]\n", ":1: TOML syntax: "),
    ],
)
def test_a_mistake_is_an_error_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert message in str(error.value)
    assert str(error.value).startswith(f"{tmp_path}/faults.toml:")


def test_without_an_upstream_the_message_says_where_to_name_one(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(ONE, encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r'unknown place "erp"\n  places: target\n  .*\[\[upstream\]\] in harness.toml'
    ):
        read_faults(path, [])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_faults(tmp_path / "none.toml", [])


def test_the_shipped_faults_of_the_demo_are_read() -> None:
    found = read_faults(shipped("fixtures") / FAULTS, [Upstream(name="erp")])
    assert [fault.name for fault in found] == ["erp.status", "erp.wrong_type", "erp.latency"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_its_own_keys(tmp_path: Path, kind: str) -> None:
    values = {"at": '"response"', "seconds": "0.5", "status": "500", "body": '"x"', "media_type": '"text/plain"'}
    values |= {"field": '"points"', "to": '"score"'}
    lines = [f"{key} = {values.get(key, '1')}" for key in KINDS[kind].keys]
    (found,) = read(tmp_path, f'[[fault]]\nkind = "{kind}"\nwhere = "target"\n' + "\n".join(lines))
    assert found.name == f"target.{kind}"
    assert set(KINDS[kind].keys) < {field.name for field in fields(Fault)}
