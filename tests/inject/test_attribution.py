"""Which case met a fault behind the service: certain by trace id or if it was alone, else only possible."""

from harness.core.integration.exchange import Exchange
from harness.inject.attribution import Flight, faults_met


def flight(name: str, started: float, ended: float | None, *, abandoned: bool = False) -> Flight:
    return Flight(address=name, repeat=0, trace=name * 32, started=started, ended=ended, abandoned=abandoned)


def hit(started: float, trace: str = "", name: str = "erp.status") -> Exchange:
    return Exchange(upstream="erp", method="GET", path="/v", started=started, trace=trace * 32, fault=name)


def test_the_trace_id_decides_even_when_many_are_in_flight() -> None:
    a, b = flight("a", 0, 10), flight("b", 0, None)
    assert faults_met(a, [a, b], [hit(5, "a")]) == ("erp.status",)
    assert faults_met(b, [a, b], [hit(5, "a")]) == ()


def test_a_call_that_comes_after_the_reply_still_belongs_to_its_trace() -> None:
    a, b = flight("a", 0, 1), flight("b", 2, 3)
    assert faults_met(a, [a, b], [hit(2.5, "a")]) == ("erp.status",)
    assert faults_met(b, [a, b], [hit(2.5, "a")]) == ()


def test_the_only_case_in_flight_met_it_for_certain() -> None:
    a, b = flight("a", 0, 1), flight("b", 2, 3)
    assert faults_met(b, [a, b], [hit(2.5)]) == ("erp.status",)
    assert faults_met(a, [a, b], [hit(2.5)]) == ()


def test_one_of_several_in_flight_met_it_only_possibly() -> None:
    a, b = flight("a", 0, 3), flight("b", 2, None)
    assert faults_met(a, [a, b], [hit(2.5)]) == faults_met(b, [a, b], [hit(2.5)]) == ("erp.status?",)
    assert faults_met(a, [a, b], [hit(2.5), hit(1)]) == ("erp.status",)  # certain once is certain


def test_an_unknown_trace_id_is_ignored() -> None:
    a, b = flight("a", 0, 3), flight("b", 2, 3)
    assert faults_met(a, [a, b], [hit(1, "f")]) == ("erp.status",)
    assert faults_met(a, [a, b], [hit(2.5, "f")]) == ("erp.status?",)


def test_an_abandoned_case_may_still_be_processed() -> None:
    a, b = flight("a", 0, 2, abandoned=True), flight("b", 2.1, None)
    assert faults_met(b, [a, b], [hit(2.5)]) == ("erp.status?",)
    assert faults_met(b, [a, b], [hit(4.5)]) == ("erp.status",)


def test_exchanges_without_a_fault_or_outside_every_flight_belong_to_no_case() -> None:
    a = flight("a", 1, 2)
    assert faults_met(a, [a], [hit(1.5, name=""), hit(0.5), hit(2.5)]) == ()
