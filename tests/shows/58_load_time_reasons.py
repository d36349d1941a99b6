# slow: runs twelve groups of tests, some minutes
"""What issue 10 changed, point by point: what was shown before, what is shown now, and the test that has the figure.

BEFORE is from the issue. NOW is what each test asserts; the show runs them and fails if one of them fails.
"""

import sys

from tests.shows.points import Point, show_points

LOAD, FAULTS = "tests/run/test_load_verdict.py", "tests/run/phases/test_faults.py"
POINTS = (
    Point(
        "1",
        "a fault with 75.0 % silent errors was undecided with 99 of 250 calls, and asked for ten more each time",
        "what is left is spent on it until it is decided; the advice names the calls that decide (show 60)",
        (
            f"{FAULTS}::test_a_fallback_now_and_then_gets_more_samples_until_it_is_decided",
            "tests/run/setup/test_plan.py",
        ),
    ),
    Point(
        "2",
        "nothing said that a check writes to the systems behind the service",
        "the price says so before the first call, and what relays saw of the first cases before all others",
        (
            f"{FAULTS}::test_writes_to_an_upstream_are_told_after_the_first_cases_and_before_all_others",
            f"{FAULTS}::test_a_service_that_is_said_to_write_has_it_in_its_price",
        ),
    ),
    Point(
        "3",
        '72 instant errors on malformed input made a p95 of 7 ms "30.00 s"',
        "percentiles are of answers, good and malformed input apart; unanswered ones are counted beside them",
        (f"{LOAD}::test_instant_errors_on_malformed_input_are_no_latency_and_are_counted_once",),
    ),
    Point(
        "4",
        "GO at 1,500 requests per second, of which 1,338 were sustained with a growing backlog",
        "rate is a criterion of every load run, p95 too: 3x the latency without load if none is written",
        (
            f"{LOAD}::test_a_rate_that_is_not_reached_is_no_go_though_every_request_is_answered",
            f"{LOAD}::test_the_usual_limit_of_latency_is_three_times_that_without_load",
            "tests/diff/under_load/test_sustained.py",
        ),
    ),
    Point(
        "5",
        'a collapsed service was undecided, "cannot be trusted"',
        "it is no-go by rate and errors, and its errors have one count",
        (
            f"{LOAD}::test_a_collapsed_service_is_no_go_by_rate_and_errors",
            "tests/run/test_load.py::test_a_target_that_dies_stops_the_load_and_is_no_go_by_its_rate_and_its_errors",
            "tests/run/outcome/test_measuring.py",
        ),
    ),
    Point(
        "6",
        "4 of 130 arrivals came from the pilot, whose share is 0.70",
        "arrivals are drawn by the shares; load judges rates over the mix and no single pack",
        ("tests/run/phases/test_arriving.py", f"{LOAD}::test_arrivals_follow_the_mix_and_no_single_pack_is_judged"),
    ),
    Point(
        "7",
        '"duplicate_key breaks the service: 5 of 27" while untouched samples failed 9 of 70',
        "blame needs more failures than untouched samples of the same load; a resume asks again what failed while the "
        "service was down",
        (
            f"{LOAD}::test_random_errors_under_load_are_not_blamed_on_damage",
            "tests/diff/scoring/test_crashes.py",
            "tests/run/test_resume_after_down.py",
        ),
    ),
    Point(
        "8",
        '"11 min" was one phase of 20; 125 s of silence in discovery',
        "the whole duration once the speed is known, a line every 15 s, ten minutes by default, and the calls that "
        "decide if a pack gets too few cases",
        ("tests/run/test_time.py",),
    ),
    Point(
        "9",
        "harness show printed no changed value and no text of a ticket",
        "the changed field before and after, or the text with the change marked, the answer and the truth",
        ("tests/cli/test_show_input.py",),
    ),
    Point(
        "10",
        "the guide's configuration was red on a flawless service, as were scenarios without a failing case",
        "only what failed is red, and the verdict; what is undecided is skipped with its reason (show 61)",
        ("tests/plugin/test_items.py", "tests/plugin/test_guide.py"),
    ),
    Point(
        "11",
        "redirects, packed replies, HTML, receipts and streams were all 'no JSON'",
        "each is named for what it is, as are placeholders that no column fills and paths that are always null",
        ("tests/run/phases/test_discovery.py", "tests/replay/test_no_answer.py"),
    ),
    Point(
        "12",
        "a no-go was promoted without a word; packs that were never sent stood in the report",
        "promote asks for --accept-no-go with a reason; what was not sent is not shown as sent",
        (
            "tests/run/baseline/test_baseline.py::test_a_no_go_becomes_the_baseline_only_with_a_reason_of_its_own",
            "tests/report/test_tables.py",
        ),
    ),
)

if __name__ == "__main__":
    sys.exit(show_points(58, POINTS))
