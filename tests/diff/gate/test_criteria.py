import shlex
from collections.abc import Mapping, Sequence

import pytest

from harness.core.case import Case, Plan, Step
from harness.core.decide import decide, first_line, judge_line
from harness.core.errors import ConfigError
from harness.core.reply import Judged
from harness.core.settings import Gate, Mix
from harness.core.verdict import Criterion, Finding
from harness.diff.explain.findings import findings
from harness.diff.gate.criteria import RunContext, gate_lines, headline, listed_lines, show
from harness.diff.gate.latency import seconds
from harness.diff.gate.rates import Evidence, Rates, measure

MIX = (
    Mix(pack="pilot", share=0.7, source="log"),
    Mix(pack="faxes", share=0.2, source="guess"),
    Mix(pack="phones", share=0.1, source="log"),
)
ABOUT = RunContext(run="r1", samples=20, pilot_complete=True)
Run = tuple[Evidence, Rates]


def case(address: str, language: str = "en") -> Case:
    pack = address.partition("/")[0]
    return Case(
        address=address,
        plan=Plan(base="sample:a", steps=() if pack == "pilot" else (Step(op=f"{pack}.op", severity=3),)),
        content=b"",
        media_type="text/plain",
        filename="a.txt",
        truth={"total": 1},
        tags={"language": language},
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


def lines(of: Run, gate: Gate, about: RunContext = ABOUT) -> dict[str, Criterion]:
    made = gate_lines(*of, gate, MIX, about)
    return {f"{line.name} {line.slice}".strip(): line for line in made}


def found(of: Run, kind: str, *, can_hand_over: bool = True, listed: Sequence[Criterion] = ()) -> list[Finding]:
    every = findings(*of, Gate(), can_hand_over=can_hand_over, run="r1", listed=listed)
    return [finding for finding in every if finding.kind == kind]


def test_every_gate_line_is_there_in_the_order_of_the_gate_and_each_pack_of_the_mix_is_critical() -> None:
    assert list(lines(run({}), Gate())) == [
        "straight_through",
        "silent_errors",
        "silent_errors_pack pilot",
        "silent_errors_pack faxes",
        "silent_errors_pack phones",
        "gap",
        "errors",
        "unknown",
        "samples",
    ]


def test_an_honest_service_is_go_and_one_that_lies_on_faxes_is_no_go() -> None:
    for wrong, verdict in [({}, "go"), ({"faxes": 15}, "no-go")]:
        of = run(wrong, n=90)
        decided = decide(gate_lines(*of, Gate(), MIX, ABOUT), headline(of[1]))
        assert decided.verdict == verdict
    assert decided.reasons[0].slice in ("", "faxes")
    assert any(reason.show == "harness show faxes/a#0 --run r1" for reason in decided.reasons)


def test_a_line_names_its_worst_cases_the_most_confident_first() -> None:
    rows = [accepted("faxes/a#7", False, 0.99), accepted("faxes/a#8", False, 0.81)]
    line = lines(run({"pilot": 1}, broken=rows), Gate())["silent_errors"]
    assert line.worst == ("faxes/a#7", "pilot/a#0", "faxes/a#8")
    assert line.show == "harness show faxes/a#7 --run r1"


def test_a_line_without_a_bad_case_shows_the_run() -> None:
    assert lines(run({}), Gate())["silent_errors"].show == "harness show r1"


def test_a_pilot_that_sent_every_sample_is_not_decided_by_more_cases() -> None:
    by_name = lines(run({}), Gate())
    assert not by_name["silent_errors_pack pilot"].scalable
    assert by_name["silent_errors_pack faxes"].scalable


def test_packs_that_are_not_critical_are_listed_and_do_not_block() -> None:
    of, gate = run({"faxes": 30}), Gate(critical=("phones",))
    assert "silent_errors_pack faxes" not in lines(of, gate)
    listed = listed_lines(*of, gate, MIX, ABOUT)
    assert [line.slice for line in listed] == ["pilot", "faxes"]
    finding = found(of, "slice_beyond_limit", listed=listed)[0]
    assert finding.slice == "faxes"
    assert finding.text.endswith("(not critical, does not block)")


@pytest.mark.parametrize("name", ["de", "language=de"])
def test_a_critical_slice_may_be_a_tag(name: str) -> None:
    line = lines(run({"faxes": 30}), Gate(critical=(name,)))[f"silent_errors_pack {name}"]
    assert line.estimate.value == pytest.approx(0.2)
    assert line.estimate.n == 90


def test_a_critical_slice_that_no_case_is_in_is_undecided() -> None:
    line = lines(run({}), Gate(critical=("fr",)))["silent_errors_pack fr"]
    assert judge_line(line) == "undecided"
    assert "no case of the run is in it" in first_line(line, "undecided")


def test_few_samples_are_undecided_and_an_undescribed_mix_is_no_go() -> None:
    few = RunContext(run="r1", samples=4)
    by_name = lines(run({}), Gate(), few)
    assert judge_line(by_name["samples"]) == "undecided"
    part = (Mix(pack="pilot", share=0.8),)
    of = measure({}, [], part)
    unknown = next(line for line in gate_lines(*of, Gate(), part, ABOUT) if line.name == "unknown")
    assert judge_line(unknown) == "no-go"


def test_latency_is_judged_only_when_its_limit_is_written() -> None:
    assert "p95" not in lines(run({}), Gate())
    line = lines(run({}), Gate(p95="500ms"))["p95"]
    assert (line.estimate.value, line.limit, judge_line(line)) == (0.2, 0.5, "go")


def test_latency_is_undecided_when_the_generator_fell_behind() -> None:
    late = RunContext(run="r1", samples=20, untimed="the generator fell behind")
    line = lines(run({}), Gate(p95="500ms"), late)["p95"]
    assert judge_line(line) == "undecided"
    assert first_line(line, "undecided").endswith("; the generator fell behind")


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


def test_crashes_are_told_once_per_op_and_errors_once_per_cause() -> None:
    rows = [*(broken(f"faxes/a#{i}", crashed=True) for i in range(3)), broken("pilot/a#1"), broken("pilot/a#2")]
    of = run({}, broken=rows)
    crash = found(of, "crashed_on_input")
    assert [(finding.slice, finding.count) for finding in crash] == [("faxes.op", 3)]
    assert crash[0].text.startswith("faxes.op breaks the service: 3 cases ended in a 5xx")
    assert [finding.text for finding in found(of, "errors")] == ["2 cases without an answer: status 503"]
    assert lines(of, Gate())["errors"].estimate.value == pytest.approx(0.7 * 2 / 60)


def test_a_service_that_cannot_hand_over_is_told_so() -> None:
    assert not found(run({}), "no_hand_over")
    finding = found(run({"faxes": 2}), "no_hand_over", can_hand_over=False)[0]
    assert finding.count == 2
    assert "every wrong answer of it is silent" in finding.text


def test_answers_that_could_not_be_judged_are_told_with_their_reason() -> None:
    rows = [
        Judged(address=f"faxes/a#{i}", repeat=0, disposition="accepted", judgement="unscored", reason=reason)
        for i, reason in enumerate(
            ["total: non_finite", "date: ambiguous date 03/04/2024", "date: ambiguous date 1/2/24"]
        )
    ]
    texts = [finding.text for finding in found(run({}, broken=rows), "not_judged")]
    assert texts == [
        "1 case answered but not judged: total: non_finite",
        "2 cases answered but not judged: date: ambiguous date",
    ]


def test_cases_without_a_row_and_cases_that_changed_nothing_are_told() -> None:
    of = run({})
    still = Case(**{name: getattr(case("faxes/b#0"), name) for name in Case.__slots__} | {"changed": False})
    evidence, rates = measure({**of[0].cases, "faxes/b#0": still}, [], MIX)
    assert found((evidence, rates), "vacuous")[0].text.startswith("1 case of faxes left the input as it was")
    assert found((evidence, rates), "no_reply_row")[0].count == 181


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
