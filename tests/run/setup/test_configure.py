"""Settings: from the file, from the command line, and back to a file again."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.core.errors import ConfigError
from harness.core.settings import Budget, Gate, Mix, Pilot, Settings, Target
from harness.run.setup.configure import RunRequest, configure, even_mix, save

ASKED = RunRequest(url="http://127.0.0.1:1/x", samples="pilot", truth="total")
BASIC = '[target]\nurl = "http://127.0.0.1:1/x"\n[pilot]\nsamples = "pilot"\ntruth = "total"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "harness.toml") -> Settings:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return configure(RunRequest(config=name))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[budget]\ncals = 3\n", 'harness.toml:7: unknown key "cals"\n  did you mean "calls"?'),
        ("[[mix]]\npack = 'a'\nshre = 1\n", 'harness.toml:8: unknown key "shre"\n  did you mean "share"?'),
        ("[budgett]\n", 'harness.toml:6: unknown key "budgett"\n  did you mean "budget"?'),
        ("[budget]\ncalls = 'x'\n", "harness.toml:7: budget.calls: expected `int`, got `str`"),
        ("[budget]\ncalls = -1\n", "harness.toml:7: budget.calls: expected `int` >= 0"),
        ("[gate]\ngap = 1.5\n", "harness.toml:7: gate.gap: expected `float` <= 1.0"),
        ("[gate]\np95 = '3'\n", 'harness.toml:7: gate.p95: "3" is not a duration'),
        ("[budget\n", "harness.toml:6: TOML syntax: "),
        (
            "[[mix]]\npack = 'a'\nshare = 0.6\n[[mix]]\npack = 'b'\nshare = 0.6\n",
            "harness.toml:6: the shares of the mix add up to 1.2",
        ),
        (
            "[[mix]]\npack = 'a'\nshare = 0.1\n[[mix]]\npack = 'a'\nshare = 0.1\n",
            'harness.toml:9: pack "a" appears twice in the mix\n  add up its shares',
        ),
        ("[[mix]]\npack = 'a'\nshare = nan\n", "mix.0.share"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        written(BASIC + text)
    assert says in str(wrong.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("deadline = ''", "target.deadline"),
        ("deadline = 'infs'", "target.deadline"),
        ("rate = inf", "target.rate: expected a number"),
        ("rate = 9\nmax_rate = 5", "rate 9/s is above the declared ceiling max_rate 5/s"),
        ("answer = 'a.['", 'target.answer: "a.[" is not a JMESPath'),
        ("answer = { total = '' }", 'target.answer.total: "" is not a JMESPath'),
        ("hand_over = 'a b'", 'target.hand_over: "a b" is not a JMESPath'),
        ("confidence = 'max('", 'target.confidence: "max(" is not a JMESPath'),
        ("protocol = 'multiprt'", "target.protocol"),
    ],
)
def test_the_target_is_checked_before_anything_is_connected_to(line: str, says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        written(BASIC.replace("[pilot]", f"{line}\n[pilot]"))
    assert says in str(wrong.value)
    assert str(wrong.value).startswith("harness.toml:3:") or "max_rate" in line


def test_settings_may_stand_in_pyproject() -> None:
    Path("pyproject.toml").write_text(
        '[project]\nname = "x"\n[tool.harness.target]\nurl = "http://127.0.0.1:1/x"\n'
        '[tool.harness.pilot]\nsamples = "pilot"\n[tool.harness.budget]\ncalls = 7\n',
        encoding="utf-8",
    )
    assert configure(RunRequest()).budget.calls == 7
    Path("pyproject.toml").write_text("[tool.harness.budget]\ncals = 7\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r'pyproject.toml:2: unknown key "cals"'):
        configure(RunRequest())


def test_a_project_file_of_somebody_else_is_no_configuration() -> None:
    Path("pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert configure(ASKED).budget == Budget()


def test_harness_toml_goes_before_pyproject() -> None:
    Path("pyproject.toml").write_text("[tool.harness.budget]\ncalls = 7\n", encoding="utf-8")
    assert written(BASIC + "[budget]\ncalls = 8\n").budget.calls == 8
    assert configure(RunRequest()).budget.calls == 8


def test_the_command_line_goes_before_the_file() -> None:
    written(BASIC + "[budget]\ncalls = 8\n[[mix]]\npack = 'pilot'\nshare = 0.9\n")
    got = configure(RunRequest(url="http://127.0.0.1:2/y", samples="s", truth="t", calls=9, packs=("a",)))
    assert (got.target.url, got.pilot, got.budget.calls) == (
        "http://127.0.0.1:2/y",
        Pilot(samples="s", truth="t"),
        9,
    )
    assert [part.pack for part in got.mix] == ["pilot", "a"]


def test_paths_are_meant_from_the_folder_of_the_file() -> None:
    Path("sub/pack").mkdir(parents=True)
    Path("sub/pack/pack.toml").touch()
    Path("sub/truth.csv").touch()
    Path("sub/pilot").mkdir()
    text = (
        BASIC.replace('"total"', '"truth.csv"')
        + "[[mix]]\npack = 'pack'\nshare = 0.1\n[[mix]]\npack = 'pilot'\nshare = 0.1\n"
    )
    got = written(text, "sub/own.toml")
    assert got.pilot == Pilot(samples="sub/pilot", truth="sub/truth.csv")
    assert [part.pack for part in got.mix] == ["sub/pack", "pilot"]


def test_a_missing_file_that_was_named_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"own.toml: cannot be read: No such file"):
        configure(RunRequest(config="own.toml"))


@pytest.mark.parametrize(
    ("asked", "says"), [(RunRequest(), "no endpoint given"), (RunRequest(url="x"), "no pilot samples given")]
)
def test_what_cannot_be_done_without_is_asked_for(asked: RunRequest, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        configure(asked)


@given(st.lists(st.text("abcdefgh_", min_size=1, max_size=6), max_size=40))
def test_an_assumed_mix_never_adds_up_to_more_than_one(names: list[str]) -> None:
    mix = even_mix(tuple(names))
    assert mix[0].pack == "pilot"
    assert 0.999 < sum(part.share for part in mix) <= 1.0 + 1e-9
    assert len({part.share for part in mix[1:]}) <= 1


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
share = st.floats(0, 1)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(["", "a", "a.b[0]", '"a b".c', "length(a)"])
targets = st.builds(
    Target,
    protocol=st.sampled_from(["", "multipart", "json", "raw", "python"]),
    url=text.map(lambda rest: f"http://127.0.0.1/{rest}"),
    field=text,
    request=st.none() | st.dictionaries(text, json_values, max_size=3),
    answer=paths | st.dictionaries(text, paths.filter(bool), max_size=3),
    hand_over=paths,
    confidence=paths,
    flag_below=share,
    rate=st.floats(0, 1e9),
    deadline=st.sampled_from(["30s", "5ms", "2m"]),
    in_flight=st.integers(1, 10**12),
    headers=st.dictionaries(text, text, max_size=3),
    allow=st.lists(text, max_size=3).map(tuple),
    health=text,
    rejects=st.lists(st.integers(100, 599), max_size=3).map(tuple),
)
gates = st.builds(
    Gate,
    silent_errors=share,
    samples=st.integers(1, 10**9),
    p95=st.sampled_from(["", "5s"]),
    critical=st.lists(text, max_size=2).map(tuple),
)
budgets = st.builds(Budget, calls=st.integers(1, 10**9), seconds=st.floats(0, 1e9), price=st.floats(0, 1e9))
mixes = st.lists(
    text.filter(lambda name: "/" not in name and "\0" not in name and name not in ("", ".", "..")),
    max_size=4,
    unique=True,
).map(lambda names: tuple(Mix(pack=name, share=1 / 8, source="log") for name in names))


@given(
    target=targets,
    mix=mixes,
    budget=budgets,
    gate=gates,
    columns=st.lists(text, max_size=2).map(tuple),
    truth=text.filter(lambda name: "\0" not in name and "/" not in name),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_what_is_saved_configures_to_equal_settings(
    target: Target, mix: tuple[Mix, ...], budget: Budget, gate: Gate, columns: tuple[str, ...], truth: str
) -> None:
    pilot = Pilot(samples="pilot", truth=truth, slice=columns)
    before = Settings(target=target, pilot=pilot, mix=mix, budget=budget, gate=gate)
    Path("saved.toml").unlink(missing_ok=True)
    save(before, Path("saved.toml"))
    assert configure(RunRequest(config="saved.toml")) == before


def test_saving_never_replaces() -> None:
    Path("harness.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="--save never replaces it"):
        save(Settings(), Path("harness.toml"))
    assert Path("harness.toml").read_text(encoding="utf-8") == "mine"


def test_saving_where_nothing_can_be_written_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        save(Settings(), Path("missing/harness.toml"))
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            '{ type = "mony" }',
            'harness.toml:2: answer.fields.total.type: "mony" is not an allowed value\n  did you mean "money"?',
        ),
        ('{ typ = "money" }', 'harness.toml:2: unknown key "typ"\n  did you mean "type"?'),
    ],
)
def test_a_rule_for_a_field_is_read_as_strictly_as_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("harness.toml").write_text(f"[answer.fields]\ntotal = {rule}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        configure(RunRequest(url="http://127.0.0.1:9/x", samples="pilot", truth="total"))
    assert says in str(raised.value)
