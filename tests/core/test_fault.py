"""Which exchange meets a fault: a pure draw by key."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.integration.exchange import content_key, trace_id
from harness.core.integration.fault import TARGET, Fault, Passing, concerns, drawn, met, share_at, windows
from harness.replay.codecs import traceparent

keys = st.lists(st.tuples(st.text(max_size=8), st.integers(0, 3)), min_size=1, max_size=30, unique=True)


def fault(name: str = "target.status", **more: object) -> Fault:
    return Fault(kind="status", where=TARGET, name=name, **more)  # type: ignore[arg-type]


def passing(method: str = "POST", path: str = "/extract", at: float = 1.0, where: str = TARGET) -> Passing:
    return Passing(where=where, method=method, path=path, at=at)


@given(keys, st.randoms(use_true_random=False), st.floats(0, 1))
def test_the_draw_is_the_same_in_any_order_and_on_any_number_of_workers(
    keys: list[tuple[str, int]], random: object, share: float
) -> None:
    one = fault(share=share)
    alone = {key: drawn(one, 7, key) for key in keys}
    shuffled = sorted(keys, key=lambda _: random.random())  # type: ignore[attr-defined]
    halves = [shuffled[::2], shuffled[1::2]]
    assert {key: drawn(one, 7, key) for half in halves for key in half} == alone


@given(st.text(max_size=12), st.floats(0, 1), st.floats(0, 1))
def test_what_is_hit_at_one_share_is_hit_at_every_larger_one(key: str, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert drawn(fault(share=low), 1, (key,)) <= drawn(fault(share=high), 1, (key,))


def test_the_share_holds_within_four_sigma_and_the_ends_are_exact() -> None:
    n, share = 4000, 0.3
    hits = sum(drawn(fault(share=share), 1, (f"pilot/samples#{k}", 0)) for k in range(n))
    assert abs(hits - n * share) < 4 * math.sqrt(n * share * (1 - share))
    assert all(drawn(fault(share=1.0), 1, (k,)) and not drawn(fault(share=0.0), 1, (k,)) for k in range(200))


def test_faults_seeds_and_repeats_draw_apart() -> None:
    def hits(name: str, seed: int, repeat: int) -> list[bool]:
        return [drawn(fault(name, share=0.5), seed, (f"a#{k}", repeat)) for k in range(64)]

    told = [hits("a", 1, 0), hits("b", 1, 0), hits("a", 2, 0), hits("a", 1, 1)]
    assert len({tuple(row) for row in told}) == 4


@pytest.mark.parametrize(
    ("more", "request_", "hit"),
    [
        ({}, {}, True),
        ({"path": "/ext"}, {}, True),
        ({"path": "/other"}, {}, False),
        ({"method": "GET"}, {}, False),
        ({"method": "POST"}, {}, True),
        ({"window": (1.0, 2.0)}, {"at": 1.0}, True),
        ({"window": (1.0, 2.0)}, {"at": 0.999}, False),
        ({"window": (1.0, 2.0)}, {"at": 2.0}, False),
        ({}, {"where": "erp"}, False),
    ],
)
def test_a_fault_concerns_what_its_entry_says(more: dict[str, object], request_: dict[str, str], hit: bool) -> None:
    assert concerns(fault(**more), passing(**request_)) is hit  # type: ignore[arg-type]


def test_an_exchange_meets_the_first_fault_of_the_file_that_hits_it() -> None:
    first, second = fault("first", share=0.5), fault("second")
    found = [met((first, second), passing(), 1, (k,)) for k in range(50)]
    assert {one.name for one in found if one} == {"first", "second"}
    assert [one is not None and one.name == "first" for one in found] == [drawn(first, 1, (k,)) for k in range(50)]


def test_the_trace_id_of_our_own_header_is_found_and_of_no_other_text() -> None:
    header = traceparent(1, "pilot/samples#a", 0)
    assert trace_id(header) == header.split("-")[1]
    bad = ("", "00", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'G' * 32}-{'1' * 16}-01", f"00-{'a' * 31}-{'1' * 16}-01")
    assert [trace_id(text) for text in bad] == [""] * 5


def test_the_content_key_tells_method_query_and_body_apart() -> None:
    told = [("GET", "/a", b""), ("POST", "/a", b""), ("GET", "/a?b", b""), ("GET", "/a", b"b"), ("GET/", "a", b"")]
    assert len({content_key(*one) for one in told}) == len(told)


def test_a_window_comes_again_and_its_share_rises_along_the_ramp() -> None:
    one = fault(share=0.8, window=(10.0, 20.0), every=60.0, ramp=4.0)
    moments = (9.9, 10.0, 12.0, 14.0, 19.9, 20.0, 69.9, 72.0, 75.0, 80.0)
    assert [round(share_at(one, at), 6) for at in moments] == [0, 0, 0.4, 0.8, 0.8, 0, 0, 0.4, 0.8, 0]
    assert share_at(fault(share=0.5), 1e6) == 0.5


@given(
    start=st.floats(0, 50),
    length=st.floats(0.5, 10),
    pause=st.floats(0.5, 30),
    until=st.floats(1, 200),
    at=st.floats(0, 200),
)
def test_the_windows_of_a_fault_are_the_moments_at_which_it_hits(
    start: float, length: float, pause: float, until: float, at: float
) -> None:
    one = fault(window=(start, start + length), every=length + pause)
    listed = windows(one, until)
    assert list(listed) == sorted(listed)
    assert all(0 <= a < b <= until for a, b in listed)
    edge = min((abs(at - bound) for span in windows(one, 400.0) for bound in span), default=1.0)
    if at < until and edge > 1e-6:
        assert any(a <= at < b for a, b in listed) == (share_at(one, at) > 0)
