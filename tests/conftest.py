"""For all tests: `--dose` says how often the laws run. What the quick dose leaves out is reported as skipped."""

import gc
import os

import pytest
from hypothesis import settings

os.environ["HARNESS_TESSERACT"] = (
    ""  # the same tests on every machine, and in a minute less; who reads scans removes it
)
settings.register_profile("full", deadline=None)  # no law says how long an example takes
settings.register_profile("quick", settings.get_profile("full"), max_examples=20)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--dose`."""
    doses = "quick: 20 examples of each law, one noise; full: 100 examples, all noises, and what is marked full_dose"
    parser.addoption("--dose", choices=("quick", "full"), default="quick", help=doses)


def pytest_configure(config: pytest.Config) -> None:
    """Set the number of examples of each law that does not set its own."""
    config.addinivalue_line("markers", "full_dose: skip without --dose=full")
    settings.load_profile(config.getoption("--dose"))


def pytest_collection_finish() -> None:
    """Keep the garbage collector from searching through 8,000 collected tests again and again."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is marked for the full dose, before its fixtures are set up."""
    if item.get_closest_marker("full_dose") and item.config.getoption("--dose") != "full":
        pytest.skip("only in the full dose (--dose=full, .ci/prove)")
