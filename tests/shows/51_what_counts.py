# slow: runs fourteen groups of tests, two minutes
"""What issue 08 changed, point by point: what was shown before, what is shown now, and the test that has the figure.

BEFORE is from the issue, which tried the product on services that nobody here wrote. NOW is what each test asserts; the
show runs them and fails if one of them fails.
"""

import sys

from tests.shows.points import Point, show_points

POINTS = (
    Point(
        "2",
        'a dropped field was sent as the literal "{amount}"; a service that fills in every missing field was a go',
        "templates are filled by structure; the same service is no-go through a template as without one",
        ("tests/generate/test_fill.py", "tests/run/test_templates.py", "tests/generate/samples/test_unwrap.py"),
    ),
    Point(
        "3",
        "cases equal to their clean twin counted as changed and right; 100 cases with 35 texts counted 100",
        "they are not sent and are counted by scenario; equal inputs count once",
        ("tests/run/phases/test_mixing.py", "tests/diff/gate/test_criteria.py::test_samples_that_are_alike_count_once"),
    ),
    Point(
        "4",
        'a quota gave NO-GO with "errors 93 %"',
        "429 and Retry-After lower the rate; at the lowest rate an error names [target] rate",
        ("tests/run/sending/test_quota.py",),
    ),
    Point(
        "5",
        "long decimals, numbers beyond floats and cells that look like numbers were changed",
        "digits are sent as they stand; a column has one type, that of the schema first",
        ("tests/generate/samples/test_exact_values.py",),
    ),
    Point(
        "6",
        "confidence below 0.8 counted as handed over beside a flag; NO-GO became GO",
        "only a written threshold counts; without flag and threshold the verdict must hold with and without 0.8",
        ("tests/run/outcome/test_threshold.py", "tests/replay/test_work_out.py"),
    ),
    Point(
        "7",
        "a service that refuses duplicate keys had a gap of 18.3 points; 214 of 2,000 valid cases did not decode",
        "what a standard or the written schema allows to refuse asks for no answer; all valid cases decode",
        ("tests/generate/records/test_decodes.py", "tests/generate/records/test_refusable.py"),
    ),
    Point(
        "8",
        "12 samples were a go, 20,000 undecided",
        "29 samples without a silent error for a limit of 10 %, 46 with one; the screen says what they prove",
        ("tests/diff/gate/test_criteria.py", "tests/report/test_terminal.py"),
    ),
    Point(
        "9",
        '"silent errors 6.0 %, straight-through 100.0 %"',
        "six ends of the answerable cases that add up to 100.0 % (show 52)",
        ("tests/diff/gate/test_rates.py",),
    ),
    Point(
        "10",
        "a go said nothing of what it accepts",
        "silent errors inside the limit, untested circumstances and packs, and assumptions are listed; "
        "refused before and accepted and wrong now is a regression",
        (
            "tests/report/test_accepted.py",
            "tests/report/findings/test_untested.py",
            "tests/diff/regression/test_regress.py",
        ),
    ),
    Point(
        "11",
        "replies that a strict client cannot read passed in silence",
        "they are a finding with a count and block if [gate] invalid_replies is set",
        ("tests/run/outcome/test_invalid_replies.py",),
    ),
    Point(
        "12",
        'a path that finds nothing gave "quality 0.0 %, NO-GO"',
        "it is a configuration error with the nearest path",
        ("tests/replay/test_work_out.py",),
    ),
    Point(
        "13",
        '"answers do not repeat themselves: 30 of 32 sendings" of a deterministic service',
        "records with two ids are two inputs; a sample whose answer depends on the id shows nothing",
        ("tests/run/phases/robustness/test_same_input.py",),
    ),
    Point(
        "14",
        "a slice of the records was ignored",
        "any column can be a slice; a critical slice without a case is an error that lists the slices",
        ("tests/run/setup/test_slices.py",),
    ),
    Point(
        "15",
        'a service that is right in 76 % of its answers had "silent errors 23.8 %" without an interval',
        "each bound holds in 93 % of simulated runs or more, for 12 to 2,000 samples and 1 to 5 repeats; a drop of 25 "
        "points in a slice of 60 fails in 95 % or more",
        (
            "tests/core/statistics/test_intervals.py",
            "tests/diff/regression/test_exact.py",
            "tests/diff/regression/test_regress.py",
        ),
    ),
)

if __name__ == "__main__":
    sys.exit(show_points(51, POINTS))
