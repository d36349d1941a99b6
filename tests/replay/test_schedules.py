"""Schedules: pure functions of the seed, with the rate that they promise, and an error for what cannot be read."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.core.errors import ConfigError
from harness.replay.schedules.grammar import ALL, read_schedule
from harness.replay.schedules.shapes import FollowTheSun

WRITTEN = (
    *("constant", "poisson", "bursty", "bursty(cv=5)", "ramp", "ramp(low=0.2)", "step(steps=3)"),
    *("spike(times=10, seconds=2)", "follow-the-sun", "follow-the-sun(regions=Europe/Paris, days=7)"),
)


@given(st.sampled_from(WRITTEN), st.floats(0.5, 200), st.floats(6.0, 1000), st.integers(0, 9))
def test_every_arrival_falls_in_its_order_within_the_duration(
    written: str, rate: float, duration: float, seed: int
) -> None:
    schedule = read_schedule(written)
    count = min(2000, schedule.planned(rate, duration))
    moments = schedule.moments(count, duration, seed)
    assert len(moments) == count
    assert list(moments) == sorted(moments)
    assert all(0 <= at <= duration for at in moments)
    assert list(moments) == list(schedule.moments(count, duration, seed))


@pytest.mark.parametrize("written", [one for one in WRITTEN if one != "constant"])
def test_another_seed_gives_other_moments(written: str) -> None:
    schedule = read_schedule(written)
    assert list(schedule.moments(50, 10.0, 1)) != list(schedule.moments(50, 10.0, 2))


def test_poisson_arrivals_come_as_independent_clients_do() -> None:
    moments = read_schedule("poisson").moments(20_000, 100.0, 1)
    uniform = stats.kstest(moments / 100.0, "uniform")
    gaps = stats.kstest([200 * (b - a) for a, b in pairwise(moments)], "expon")
    assert min(uniform.pvalue, gaps.pvalue) > 0.01


@pytest.mark.parametrize("cv", [1.0, 2.0, 5.0, 10.0])
def test_gaps_of_bursts_have_a_gamma_distribution(cv: float) -> None:
    moments = read_schedule(f"bursty(cv={cv})").moments(20_000, 20_000.0, 3)
    gaps, right = np.diff(moments), stats.gamma(1 / cv**2, scale=cv**2)
    for mean in (0.001, 0.01, 0.1, 1.0, 5.0, 20.0):
        assert (gaps <= mean).mean() == pytest.approx(right.cdf(mean), abs=0.02)
    assert gaps.std() == pytest.approx(cv, rel=0.2)


@pytest.mark.parametrize(
    ("written", "planned"),
    [("constant", 6000), ("ramp", 3000), ("ramp(low=0.5)", 4500), ("step(steps=4)", 3750), ("spike(times=5)", 8000)],
)
def test_the_number_of_arrivals_is_the_summed_rate(written: str, planned: int) -> None:
    assert read_schedule(written).planned(100, 60.0) == pytest.approx(planned, rel=0.002)


def test_the_rate_follows_the_curve() -> None:
    at = read_schedule("spike(times=10, seconds=6)").moments(90_000, 60.0, 1)
    inside = ((at >= 27) & (at < 33)).sum()
    assert inside / (90_000 - inside) == pytest.approx(60 / 54, rel=0.03)
    steps = np.histogram(read_schedule("step(steps=4)").moments(100_000, 60.0, 1), bins=4, range=(0, 60))[0]
    assert steps / steps[-1] == pytest.approx([0.25, 0.5, 0.75, 1.0], rel=0.06)


def hourly(*regions: str, day: date, days: int = 1) -> np.ndarray:
    at = FollowTheSun(regions=regions, day=day, days=days).moments(200_000, 86_400.0 * days, 1)
    return np.histogram(at, bins=24 * days, range=(0, 86_400 * days))[0]


def test_the_busiest_hour_is_late_in_the_morning_of_each_region() -> None:
    assert int(hourly("Europe/Berlin", day=date(2026, 1, 14)).argmax()) == 9  # 10 h in Berlin
    assert int(hourly("Asia/Tokyo", day=date(2026, 1, 14)).argmax()) == 1
    assert int(hourly("America/New_York", day=date(2026, 1, 14)).argmax()) == 15


def test_a_weekend_is_quiet() -> None:
    week = hourly("Europe/Berlin", day=date(2026, 1, 12), days=7).reshape(7, 24).sum(axis=1)
    assert week[5:].max() < 0.25 * week[:5].min()


def test_summer_time_moves_the_traffic_by_an_hour_inside_the_days() -> None:
    days = hourly("Europe/Berlin", day=date(2026, 3, 27), days=4).reshape(4, 24)
    assert [int(day.argmax()) for day in days] == [9, 9, 8, 8]  # the change is on the 29th


def test_a_trace_has_the_times_and_packs_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "when,kind\n2026-03-29T01:00:00+01:00,pilot\n2026-03-29T00:00:04Z,faxes\n2026-03-29T00:00:10,pilot\n",
        encoding="utf-8",
    )
    trace = read_schedule(f"trace(file={log}, time=when, pack=kind, speed=2)")
    assert trace.planned(0.0, 6.0) == 3
    assert list(trace.moments(3, 6.0, 1)) == [0.0, 2.0, 5.0]
    assert trace.packs == ("pilot", "faxes", "pilot")


def test_a_trace_is_jsonl_too(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"time": 1000.5}\n\n{"time": "1970-01-01T00:16:42Z"}\n', encoding="utf-8")
    assert list(read_schedule(f"trace(file={log})").moments(2, 9.0, 1)) == [0.0, 1.5]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "contains no request"),
        ('{"time": 5}\n{"time": 4}\n', ":2: time is earlier than in the line before"),
        ('{"tiem": 5}\n', ':1: has no value in "time"\n  did you mean "tiem"?   its columns: tiem'),
        ('{"time": "noon"}\n', ':1: "noon" is no time\n  write ISO 8601'),
        ('{"time": 5}\n[]\n', ":2: is no JSON object"),
        ('{"time": 5}\n{"time": 500}\n', "lasts 495 s at speed 1, the load 60 s\n  give it more: --duration 496s"),
    ],
)
def test_a_bad_trace_is_refused_with_the_line(tmp_path: Path, rows: str, message: str) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(rows, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_schedule(f"trace(file={log})").planned(0.0, 60.0)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("posson", 'unknown schedule "posson"\n  did you mean "poisson"?   schedules: constant, poisson, '),
        (
            "spike(time=3)",
            'schedule spike: unknown option "time"\n  did you mean "times"?   its options: times, seconds',
        ),
        ("poisson(cv=3)", 'unknown option "cv"\n  poisson has no options'),
        ("spike(times=many)", 'times = "many" is not valid\n  write it as times=5.0'),
        ("ramp(low=2)", "low = 2 is out of range\n  write 0 to 1"),
        ("bursty(cv=nan)", "cv = nan is out of range"),
        ("step(steps=2.5)", 'steps = "2.5" is not valid'),
        ("follow-the-sun(regions=Europe/Berlni)", 'unknown time zone "Europe/Berlni"\n  did you mean "Europe/Berlin"?'),
        ("follow-the-sun(day=2026-02-30)", 'day = "2026-02-30" is not valid\n  write it as day=2026-03-27'),
        ("trace", "schedule trace: no file given"),
        ("ramp)", '"ramp)" is no schedule'),
        ("", '"" is no schedule'),
    ],
)
def test_what_is_no_schedule_is_refused_with_what_was_meant(written: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_schedule(written)
    assert message in str(caught.value)


def test_a_spike_that_is_longer_than_the_load_is_refused() -> None:
    with pytest.raises(ConfigError, match="schedule spike: lasts 600 s, and the load 10 s"):
        read_schedule("spike(seconds=600)").planned(5.0, 10.0)


def test_every_schedule_says_what_it_does() -> None:
    assert all(kind.__doc__ for kind in ALL.values())
