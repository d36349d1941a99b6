"""Work spread over processes: all of it is done once, in order, whoever is lost on the way."""

import os
import time
from pathlib import Path

import pytest

from harness.core.errors import RunError
from harness.store.jsonl import read_bytes
from harness.store.spread import ReadPlan, Task


@pytest.fixture(autouse=True)
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.store.spread.LARGE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def done(*tasks: Task) -> list[object]:
    return ReadPlan(tasks=tasks, size=1, made=list).now()


def number_once(folder: Path, number: int) -> int:
    """Fails where it is done again."""
    (folder / str(number)).mkdir()
    time.sleep(0.02)
    return number


def process_of(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def end_unless(process: int) -> str:
    if os.getpid() != process:
        os._exit(1)
    return "done"


def test_each_task_is_done_once_and_told_in_order(tmp_path: Path) -> None:
    assert done(*((number_once, (tmp_path, number)) for number in range(40))) == list(range(40))


def test_another_process_takes_its_part() -> None:
    assert len({*done(*((process_of, (0.1,)) for _ in range(30)))}) == 2


def test_what_a_process_took_with_it_is_done_here() -> None:
    here = os.getpid()
    assert done((process_of, (1,)), *((end_unless, (here,)) for _ in range(3))) == [here, "done", "done", "done"]


def test_the_first_error_in_the_order_of_the_tasks_is_raised() -> None:
    lost = [(read_bytes, (Path(f"/no/such/{name}"),)) for name in "abc"]
    with pytest.raises(RunError, match="/no/such/a"):
        done((time.sleep, (0.3,)), *lost)


def test_readings_beside_each_other_get_what_is_theirs() -> None:
    one: ReadPlan[list[int]] = ReadPlan(tasks=[(abs, (-4,)), (abs, (-9,))], size=1, made=list)
    other: ReadPlan[int] = ReadPlan(tasks=[(abs, (-16,))], size=1, made=sum)
    assert one.beside(other).then(lambda both: both[::-1]).now() == (16, [4, 9])
