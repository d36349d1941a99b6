"""`@pytest.mark.pack("scanned_faxes", cases=20)`: one test per case, drawn at collection, sent only by the test."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from harness.core.case import Case
from harness.core.errors import HarnessError
from harness.core.regression.columns import Promoted
from harness.generate.draw import make_case
from harness.generate.drawn import Drawn
from harness.pytest_support.project import Project, bases_of, draw_marked, read_project
from harness.pytest_support.using import use_of
from harness.report.words import printable
from harness.run.baseline.status import find_baseline

if TYPE_CHECKING:
    from harness.pytest_support.sending import LiveTarget

PROJECT = pytest.StashKey[Project]()
"""The project of the session, used by markers and fixtures."""

CASES = 10
"""Default number of cases of a marker."""


def project_of(config: pytest.Config) -> Project:
    """The project of the session's configuration, read once. HarnessError, or UsageError if there is none."""
    if PROJECT not in config.stash:
        use = use_of(config)
        config.stash[PROJECT] = read_project(use.asked(use.required_config()))
    return config.stash[PROJECT]


def expand(metafunc: pytest.Metafunc, marks: Sequence[pytest.Mark]) -> None:
    """Parametrise the test's argument `case` with the cases of its markers. Errors are one collection error."""
    where = _where(metafunc)
    if "case" not in metafunc.fixturenames:
        raise pytest.Collector.CollectError(
            f"{where}: is marked with a pack, but has no argument `case`\n"
            f"  write: def {metafunc.function.__name__}(case, target)"
        )
    try:
        drawn = [one for mark in marks for one in _drawn(metafunc.config, mark)]
    except (HarnessError, pytest.UsageError, _BadMark) as wrong:
        raise pytest.Collector.CollectError(f"{where}: {printable(str(wrong))}") from None
    unique = {one.address: one for one in drawn}
    metafunc.parametrize("case", list(unique.values()), ids=list(unique), indirect=True)


class _BadMark(Exception):
    pass


def _drawn(config: pytest.Config, mark: pytest.Mark) -> list[Drawn]:
    name, cases = _arguments(mark)
    return draw_marked(project_of(config), name, cases)


def _arguments(mark: pytest.Mark) -> tuple[str, int]:
    cases = mark.kwargs.get("cases", CASES)
    known = len(mark.args) == 1 and isinstance(mark.args[0], str) and set(mark.kwargs) <= {"cases"}
    if not known or not isinstance(cases, int) or isinstance(cases, bool) or cases < 1:
        given = [*map(repr, mark.args), *(f"{key}={value!r}" for key, value in mark.kwargs.items())]
        raise _BadMark(
            f"pytest.mark.pack({', '.join(given)}) is not understood\n"
            '  write: @pytest.mark.pack("scanned_faxes", cases=20), or "scanned_faxes/fine_fax"'
        )
    return mark.args[0], cases


def _where(metafunc: pytest.Metafunc) -> str:
    path, line, name = metafunc.definition.reportinfo()
    return f"{path}:{(line or 0) + 1}: {name}"


def made(request: pytest.FixtureRequest) -> Case:
    """The case of this test, with its bytes."""
    drawn = getattr(request, "param", None)
    if not isinstance(drawn, Drawn):
        wrong = 'the argument `case` needs a pack\n  write: @pytest.mark.pack("scanned_faxes", cases=20)'
    else:
        try:
            return make_case(drawn, bases_of(project_of(request.config)))
        except HarnessError as reason:
            wrong = printable(str(reason))
    pytest.fail(wrong, pytrace=False)


def live_target(config: pytest.Config) -> "LiveTarget":
    """The target of the session's configuration. Fails the test with a plain message if there is none."""
    from harness.pytest_support.sending import LiveTarget
    from harness.pytest_support.shared import Shared

    use, project = use_of(config), _project_or_fail(config)
    shared = Shared(use.token, project.toml.path)
    return LiveTarget(project, shared, here=use.here, worker=use.worker)


def _project_or_fail(config: pytest.Config) -> Project:
    try:
        return project_of(config)
    except (HarnessError, pytest.UsageError) as reason:
        wrong = printable(str(reason))
    pytest.fail(wrong, pytrace=False)


def configured_baseline(config: pytest.Config) -> Promoted:
    """The approved baseline of the project, `[baseline] path`. Skips the test if there is none."""
    settings = _project_or_fail(config).settings
    found, note = find_baseline(settings)
    if found is None:
        where = settings.baseline.path or "this project"
        pytest.skip(f"no baseline: {note or f'none in {where}'}; create one: harness promote RUN --as NAME --why TEXT")
    return found
