"""The pytest plugin `golive_harness`: packs as items, cases as parameters, the target as a fixture.

pytest loads this module at every start of every project with the harness installed. So it imports only pytest and the
standard library. The implementation is in `harness.pytest_support`, imported inside the hooks.
"""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.core.case import Case
    from harness.core.regression.columns import Promoted
    from harness.pytest_support.sending import LiveTarget

PRICED = pytest.StashKey[bool]()
"""Whether the price was printed."""

MARK = (
    'pack(name, cases=10): run the test once per case of a pack ("scanned_faxes") or of one of its scenarios '
    '("scanned_faxes/fine_fax"), given as its argument `case`; only the test itself sends the case'
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options. All begin with --harness."""
    group = parser.getgroup("harness", "golive-harness")
    add = group.addoption
    add("--harness", action="store_true", help="also collect the packs of harness.toml and judge them by its gate")
    add(
        "--harness-config",
        metavar="FILE",
        default="",
        help="path of harness.toml [default: harness.toml here or in the rootdir]",
    )
    add("--harness-url", metavar="URL", default="", help="the endpoint under test, instead of [target] url")
    add("--harness-seed", metavar="N", type=_number, default=None, help="[default: the baseline's, else 1]")
    add(
        "--harness-calls",
        metavar="N",
        type=_number,
        default=None,
        help="maximum number of requests, instead of [budget] calls",
    )
    add(
        "--harness-allow-undecided",
        action="store_true",
        help="skip the verdict if it is undecided: for small budgets on pull requests",
    )
    add("--harness-out", metavar="FOLDER", default="", help="the run folder [default: reports/<time>-pytest]")


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("below 1")
    return number


_number.__name__ = "whole number from 1 on"  # argparse shows it in its error


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker. With --harness, add the path of the configuration to the arguments."""
    config.addinivalue_line("markers", MARK)
    if config.option.harness:
        from harness.pytest_support.using import use_of

        path = str(use_of(config).required_config())
        if path not in config.args:
            config.args.append(path)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the session's token to a worker of xdist."""
    from harness.pytest_support.using import WORKERINPUT, token_of

    node.workerinput[WORKERINPUT] = token_of(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the files that the processes of the session shared."""
    import sys

    using = sys.modules.get("harness.pytest_support.using")
    if using is not None and not hasattr(config, "workerinput") and using.TOKEN in config.stash:
        import shutil

        shutil.rmtree(using.shared_folder(config.stash[using.TOKEN]), ignore_errors=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the packs of a harness.toml that was requested."""
    # pytest drops the argument that --harness adds if its folder is an argument too, so the option is checked as well.
    asked = parent.config.option.harness or parent.session.isinitpath(file_path)
    if file_path.suffix != ".toml" or not (asked or file_path.name == "harness.toml"):
        return None
    from harness.pytest_support.using import use_of

    if not use_of(parent.config).collects(file_path):
        return None
    from harness.pytest_support.items import HarnessFile

    return HarnessFile.from_parent(parent, path=file_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise a marked test with the cases of its packs."""
    marks = list(metafunc.definition.iter_markers("pack"))
    if marks:
        from harness.pytest_support.marks import expand

        expand(metafunc, marks)


@pytest.fixture
def case(request: pytest.FixtureRequest) -> "Case":
    """One case of the pack in the test's marker: address, content, truth, expectation."""
    from harness.pytest_support.marks import made

    return made(request)


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> "Iterator[LiveTarget]":
    """The endpoint under test: `target.send(case)` returns the reply with disposition, answer and judgement."""
    from harness.pytest_support.marks import live_target

    live = live_target(pytestconfig)
    yield live
    live.close()


@pytest.fixture(scope="session")
def baseline(pytestconfig: pytest.Config) -> "Promoted":
    """The approved baseline of the project. A test that uses it is skipped if there is none."""
    from harness.pytest_support.marks import configured_baseline

    return configured_baseline(pytestconfig)


def pytest_report_collectionfinish(config: pytest.Config, items: Sequence[pytest.Item]) -> list[str]:
    """The price before the first call: calls, minutes, cost, and what this budget can detect."""
    ours = [item for item in items if hasattr(item, "golive_harness")]
    if not ours:
        return []
    from harness.pytest_support.price import price_of_items

    return price_of_items(ours)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: Sequence[str]) -> None:
    """Print the price under xdist, where only workers collect. The controller prints it once."""
    files = dict.fromkeys(name.partition("::")[0] for name in ids if ".toml::" in name)
    terminal = node.config.pluginmanager.getplugin("terminalreporter")
    if not files or terminal is None or node.config.stash.get(PRICED, False):
        return
    from harness.pytest_support.price import price_of_ids

    node.config.stash[PRICED] = True
    for line in price_of_ids(node.config, files, ids):
        terminal.write_line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the results on the reports as plain data, so that they survive the death of a worker."""
    live = getattr(item, "funcargs", {}).get("target")
    ours = item if hasattr(item, "golive_harness") else live if hasattr(live, "golive_harness") else None
    if ours is None or call.when == "teardown":
        return (yield)
    notes: dict[str, Any] = ours.golive_harness(item.nodeid)
    if call.excinfo and notes["shows"]:
        item.add_report_section("call", "harness", "\n".join(notes["shows"]))
    report = yield
    if isinstance(report.longrepr, tuple) and "pytest_support" in report.longrepr[0]:
        path, line, _ = item.reportinfo()  # a skip points to the user's line, not to ours
        report.longrepr = str(path), 1 if ours is item else (line or 0) + 1, report.longrepr[2]
    report.golive_harness = {"run": notes["run"], "summary": notes["summary"]}  # type: ignore[attr-defined]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the folder and, for a run of the whole mix, the figures."""
    reports = (one for stats in terminalreporter.stats.values() for one in stats if isinstance(one, pytest.TestReport))
    notes = [report.golive_harness for report in reports if hasattr(report, "golive_harness")]
    runs: dict[str, list[str]] = {one["run"]: one["summary"] for one in notes if one["run"]}
    if not runs:
        return
    terminalreporter.section("golive-harness")
    for run, summary in runs.items():
        for line in summary or [f"all requests and replies are in {run}/"]:
            terminalreporter.write_line(line)
