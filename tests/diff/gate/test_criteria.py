import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
import pytest

from harness.core.case import Case, Plan, Step
from harness.core.decide import decide, status_of
from harness.core.errors import ConfigError
from harness.core.finding import Circumstance, Count, Example, Finding, Where
from harness.core.finding_kinds import FindingKind
from harness.core.reply import FieldScore, Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import Criterion
from harness.diff.explain.findings import findings
from harness.diff.gate.criteria import gate_criteria, headline, listed_criteria
from harness.diff.gate.evidence import Evidence
from harness.diff.gate.latency import seconds
from harness.diff.gate.rates import Rates, measure
from harness.diff.gate.worst import RunContext, show

MIX = (
    Mix(pack="pilot", share=0.7, source="log"),
    Mix(pack="faxes", share=0.2, source="guess"),
    Mix(pack="phones", share=0.1, source="log"),
)
ABOUT = RunContext(run="r1", samples=20, pilot_complete=True)
Run = tuple[Evidence, Rates]


def case(address: str, language: str = "en", scenario: str = "") -> Case:
    pack = address.partition("/")[0]
    return Case(
        address=address,
        plan=Plan(base="sample:a", steps=() if pack == "pilot" else (Step(op=f"{pack}.op", severity=3),)),
        content=address.encode(),
        media_type="text/plain",
        filename="a.txt",
        truth={"total": 1},
        tags={"language": language, **({"scenario": scenario} if scenario else {})},
        changed=pack != "pilot",
    )


def accepted(address: str, right: bool, confidence: float = 0.9, latency: float = 0.2) -> Judged:
    return Judged(
        address=address,
        repeat=0,
        disposition="accepted",
        judgement="right" if right else "wrong",
        confidence=confidence,
        quality=float(right),
        latency=latency,
    )


def run(wrong: Mapping[str, int], n: int = 60, broken: Sequence[Judged] = ()) -> Run:
    cases = {
        f"{part.pack}/a#{i}": case(f"{part.pack}/a#{i}", "de" if i < 30 else "en") for part in MIX for i in range(n)
    }
    replaced = {row.address for row in broken}
    rows = [
        accepted(address, int(address.partition("#")[2]) >= wrong.get(made.pack, 0))
        for address, made in cases.items()
        if address not in replaced
    ]
    return measure(cases, [*rows, *broken], MIX, pilot_complete=True)


def criteria(of: Run, gate: Gate, about: RunContext = ABOUT) -> dict[str, Criterion]:
    made = gate_criteria(*of, gate, MIX, about)
    return {f"{one.name} {one.slice}".strip(): one for one in made}


def found(of: Run, kind: FindingKind, *, can_hand_over: bool = True, listed: Sequence[Criterion] = ()) -> list[Finding]:
    every = findings(*of, Gate(), can_hand_over=can_hand_over, run="r1", listed=listed)
    return [finding for finding in every if finding.kind == kind]


def test_every_criterion_is_there_in_the_order_of_the_gate_and_each_pack_of_the_mix_is_critical() -> None:
    assert list(criteria(run({}), Gate())) == [
        "straight_through",
        "silent_errors",
        "silent_errors_other",
        "silent_errors_pack pilot",
        "silent_errors_pack faxes",
        "silent_errors_pack phones",
        "gap",
        "errors",
        "unknown",
        "samples",
    ]


def test_an_honest_service_is_go_and_one_that_lies_on_faxes_is_no_go() -> None:
    for wrong, verdict in [({}, "go"), ({"faxes": 30}, "no-go")]:
        of = run(wrong, n=150)
        decided = decide(gate_criteria(*of, Gate(), MIX, ABOUT), headline(of[1]))
        assert decided.verdict == verdict
    assert decided.reasons[0].slice in ("", "faxes")
    assert any(reason.show == "harness show faxes/a#0 --run r1" for reason in decided.reasons)


def test_a_criterion_names_its_worst_cases_the_most_confident_first() -> None:
    rows = [accepted("faxes/a#7", False, 0.99), accepted("faxes/a#8", False, 0.81)]
    silent = criteria(run({"pilot": 1}, broken=rows), Gate())["silent_errors"]
    assert silent.worst == ("faxes/a#7", "pilot/a#0", "faxes/a#8")
    assert silent.show == "harness show faxes/a#7 --run r1"


def test_a_criterion_without_a_bad_case_shows_the_run() -> None:
    assert criteria(run({}), Gate())["silent_errors"].show == "harness show r1"


def test_a_pilot_that_sent_every_sample_is_not_decided_by_more_cases() -> None:
    by_name = criteria(run({}), Gate())
    assert not by_name["silent_errors_pack pilot"].scalable
    assert by_name["silent_errors_pack faxes"].scalable


def test_packs_that_are_not_critical_are_listed_and_do_not_block() -> None:
    of, gate = run({"faxes": 30}), Gate(critical=("phones",))
    assert "silent_errors_pack faxes" not in criteria(of, gate)
    listed = listed_criteria(*of, gate, MIX, ABOUT)
    assert [one.slice for one in listed] == ["pilot", "faxes"]
    (finding,) = found(of, FindingKind.SLICE_FAILED, listed=listed)
    assert (finding.test, finding.slice, finding.count) == ("silent_errors_pack", "faxes", Count(30, 60))
    assert (finding.numbers["value"], finding.numbers["limit"]) == (0.5, 0.1)
    assert 0.1 < finding.numbers["low"] < 0.5 < finding.numbers["high"]


def test_a_pack_that_is_not_critical_and_has_few_cases_is_listed_as_undecided() -> None:
    of, gate = run({"faxes": 2}, n=12), Gate(critical=("phones",))
    listed = listed_criteria(*of, gate, MIX, ABOUT)
    assert [one.slice for one in found(of, FindingKind.SLICE_UNDECIDED, listed=listed)] == ["pilot", "faxes"]
    assert found(of, FindingKind.SLICE_FAILED, listed=listed) == []


@pytest.mark.parametrize("name", ["de", "language=de"])
def test_a_critical_slice_may_be_a_tag(name: str) -> None:
    slice_ = criteria(run({"faxes": 30}), Gate(critical=(name,)))[f"silent_errors_pack {name}"]
    assert slice_.estimate.value == pytest.approx(0.2)
    assert slice_.estimate.n == 90


def test_a_critical_slice_that_no_case_is_in_is_undecided() -> None:
    empty = criteria(run({}), Gate(critical=("fr",)))["silent_errors_pack fr"]
    assert (status_of(empty), empty.estimate.value) == ("undecided", None)
    assert [(note.kind, note.slice) for note in empty.notes] == [(FindingKind.EMPTY_SLICE, "fr")]


def of_scenarios(wrong: Mapping[str, int], sent: Mapping[str, int]) -> tuple[Finding, ...]:
    """The notes on a pack whose first cases of each scenario are silent errors."""
    cases = {
        f"faxes/{name}#{i}": case(f"faxes/{name}#{i}", scenario=name) for name, n in sent.items() for i in range(n)
    }
    rows = [
        accepted(address, int(address.partition("#")[2]) >= wrong[one.tags["scenario"]])
        for address, one in cases.items()
    ]
    return criteria(measure(cases, rows, MIX), Gate())["silent_errors_pack faxes"].notes


def test_a_scenario_with_more_than_half_of_the_silent_errors_is_noted_with_its_counts() -> None:
    (note,) = of_scenarios({"fine": 4, "superfine": 1}, {"fine": 6, "superfine": 30})
    assert (note.kind, note.slice, note.count) == (FindingKind.WORST_SCENARIO, "fine", Count(4, 5))
    assert (note.parts, note.control) == ({"cases": Count(4, 6)}, Count(1, 30))
    assert note.cases == ("faxes/fine#0", "faxes/fine#1", "faxes/fine#2", "faxes/fine#3")


@pytest.mark.parametrize(
    ("wrong", "sent"),
    [
        ({"fine": 2, "superfine": 1, "standard": 1}, {"fine": 9, "superfine": 1, "standard": 9}),
        ({"fine": 2, "superfine": 2}, {"fine": 9, "superfine": 2}),
        ({"fine": 0, "superfine": 0}, {"fine": 9, "superfine": 9}),
        ({"fine": 5}, {"fine": 9}),
        ({"fine": 4, "superfine": 1}, {"fine": 40, "superfine": 1}),
        ({"fine": 30, "superfine": 10}, {"fine": 60, "superfine": 20}),
        ({"fine": 4, "superfine": 1}, {"fine": 8, "superfine": 8}),
    ],
    ids=["half", "equal", "none", "one scenario", "more cases, fewer of them", "as many of each", "by chance"],
)
def test_no_scenario_is_noted_if_none_has_more_than_half_and_more_than_its_cases_explain(
    wrong: Mapping[str, int], sent: Mapping[str, int]
) -> None:
    assert of_scenarios(wrong, sent) == ()


@pytest.mark.parametrize(
    ("silent", "n", "gate", "limit", "status"),
    [
        (0, 28, Gate(), 29, "undecided"),
        (0, 29, Gate(), 29, "passed"),
        (1, 45, Gate(), 46, "undecided"),
        (2, 61, Gate(), 61, "passed"),
        (0, 149, Gate(silent_errors_pack=0.02), 149, "passed"),
        (0, 28, Gate(samples=10), 10, "passed"),
    ],
)
def test_the_samples_must_bound_the_silent_errors_of_new_documents(
    silent: int, n: int, gate: Gate, limit: int, status: str
) -> None:
    found = criteria(run({"pilot": silent}, n=n), gate)["samples"]
    assert (found.estimate.value, found.limit, status_of(found)) == (n, limit, status)


def test_samples_that_are_alike_count_once() -> None:
    cases = {f"pilot/a#{i}": replace(case(f"pilot/a#{i}"), content=b"%d" % (i % 35)) for i in range(100)}
    of = measure(cases, [accepted(address, True) for address in cases], MIX)
    assert criteria(of, Gate())["samples"].estimate.value == 35


def test_an_undescribed_mix_fails() -> None:
    part = (Mix(pack="pilot", share=0.8),)
    of = measure({}, [], part)
    unknown = next(one for one in gate_criteria(*of, Gate(), part, ABOUT) if one.name == "unknown")
    assert status_of(unknown) == "failed"


def test_latency_is_judged_only_when_its_limit_is_written() -> None:
    assert "p95" not in criteria(run({}), Gate())
    p95 = criteria(run({}), Gate(p95="500ms"))["p95"]
    assert (p95.estimate.value, p95.limit, status_of(p95), p95.notes) == (0.2, 0.5, "passed", ())


def test_latency_is_undecided_when_the_generator_fell_behind() -> None:
    late = RunContext(run="r1", samples=20, untimed="the generator fell behind")
    p95 = criteria(run({}), Gate(p95="500ms"), late)["p95"]
    assert status_of(p95) == "undecided"
    (note,) = p95.notes
    assert (note.kind, note.subject) == (FindingKind.LATENCY_NOT_JUDGED, "the generator fell behind")


def test_a_duration_without_a_unit_is_refused() -> None:
    assert [seconds(text) for text in ("1500ms", "1.5s", "2m")] == [1.5, 1.5, 120.0]
    with pytest.raises(ConfigError, match="no duration"):
        seconds("1500")


def test_the_headline_says_assumed_when_guesses_carry_more_than_a_fifth_of_the_gap() -> None:
    assert headline(run({"faxes": 20})[1], samples=20).mix == "assumed"
    assert headline(run({"phones": 20})[1], samples=20).mix == "declared"


def broken(address: str, *, crashed: bool = False, cause: str = "status 503") -> Judged:
    return Judged(
        address=address, repeat=0, disposition="error", judgement="unscored", cause=cause, crashed_on_input=crashed
    )


def test_there_is_one_finding_per_op_that_crashes_and_one_per_cause_of_errors() -> None:
    rows = [*(broken(f"faxes/a#{i}", crashed=True) for i in range(3)), broken("pilot/a#1"), broken("pilot/a#2")]
    of = run({}, broken=rows)
    (crash,) = found(of, FindingKind.CRASHED_ON_INPUT)
    assert (crash.subject, crash.circumstances) == ("faxes.op", (Circumstance(Where.OP, "faxes.op"),))
    assert (crash.count, crash.control) == (Count(3, 60), Count(0, 120))
    assert crash.causes == {"status 503": 3}
    (errors,) = found(of, FindingKind.ERRORS)
    assert (errors.subject, errors.count, errors.causes) == ("status 503", Count(2, 180), {"status 503": 2})
    assert criteria(of, Gate())["errors"].estimate.value == pytest.approx(0.7 * 2 / 60)


def test_a_service_that_cannot_hand_over_gets_a_finding_with_its_silent_errors() -> None:
    assert not found(run({}), FindingKind.NO_HAND_OVER)
    (finding,) = found(run({"faxes": 2}), FindingKind.NO_HAND_OVER, can_hand_over=False)
    assert (finding.count, finding.cases) == (Count(2, 180), ("faxes/a#0", "faxes/a#1"))


def test_answers_that_could_not_be_judged_are_counted_by_their_reason() -> None:
    rows = [
        Judged(address=f"faxes/a#{i}", repeat=0, disposition="accepted", judgement="unscored", reason=reason)
        for i, reason in enumerate(
            ["total: non_finite", "date: ambiguous date 03/04/2024", "date: ambiguous date 1/2/24"]
        )
    ]
    unjudged = found(run({}, broken=rows), FindingKind.NOT_JUDGED)
    assert [(finding.subject, finding.count) for finding in unjudged] == [
        ("total: non_finite", Count(1, 180)),
        ("date: ambiguous date", Count(2, 180)),
    ]


def test_an_example_shows_what_the_service_returned_and_can_be_written() -> None:
    odd = Judged(
        address="faxes/a#0",
        repeat=0,
        disposition="accepted",
        judgement="unscored",
        reason="total: not comparable",
        answer={"total": "becomes \ud800"},
        confidence=0.4,
        fields=(FieldScore(name="total", verdict="unscored", reason="not comparable"),),
    )
    (finding,) = found(run({}, broken=[odd]), FindingKind.NOT_JUDGED)
    assert finding.example == Example(address="faxes/a#0", field="total", expected=1, got="becomes ?", confidence=0.4)
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


def test_cases_without_a_row_and_cases_that_changed_nothing_are_counted() -> None:
    of = run({})
    still = Case(**{name: getattr(case("faxes/b#0"), name) for name in Case.__slots__} | {"changed": False})
    evidence, rates = measure({**of[0].cases, "faxes/b#0": still}, [], MIX)
    (unchanged,) = found((evidence, rates), FindingKind.CASES_UNCHANGED)
    assert (unchanged.slice, unchanged.count, unchanged.cases) == ("faxes/b", Count(1, 1), ("faxes/b#0",))
    (unsent,) = found((evidence, rates), FindingKind.NO_REPLY)
    assert unsent.count == Count(180, 181)


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("faxes/fine#3", "harness show faxes/fine#3 --run r1"),
        ("pilot/samples#scan 7.pdf", "harness show 'pilot/samples#scan 7.pdf' --run r1"),
        ("pilot/samples#a;rm -rf b.pdf", "harness show 'pilot/samples#a;rm -rf b.pdf' --run r1"),
    ],
)
def test_a_command_can_be_pasted_whatever_the_sample_is_called(address: str, command: str) -> None:
    assert show([address], "r1") == command
    assert shlex.split(command)[2] == address
