"""Two sides on disk with as many cases as one likes: a baseline, and a run, line by line in the form of real ones."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TextIO

import msgspec

from harness.core.regression.baseline import BaselineHead
from harness.core.settings import Mix, Settings, Target
from harness.core.verdict import Estimate, Headline, Verdict
from harness.store.baseline import FORMAT as BASELINE_FORMAT
from harness.store.baseline import HEAD, read_baseline
from harness.store.files import FORMAT, RunHead
from harness.store.rows import seal_of

PACKS, SAMPLES = 10, 1000
RIGHT = '"accepted","judgement":"right"'
WRONG = '"accepted","judgement":"wrong"'


def write_baseline(path: Path, cases: int) -> Path:
    """A baseline with one repeat a case, all of them right, in the order of the addresses."""
    path.mkdir()
    fields = '{"total":"right","carrier":"right","date":"right"}'
    lines = [
        f'{{"address":"{address}","sha256":"{digest}","tags":{tags},"repeats":[{{"disposition":{RIGHT},'
        f'"confidence":{_sure(number, 0)},"fields":{fields}}}]}}\n'
        for address, digest, tags, number in _cases(cases)
    ]
    (path / "cases.jsonl").write_text("".join(sorted(lines)), encoding="utf-8")
    (path / "sketches.json").write_text("[]\n", encoding="utf-8")
    _write_head(path, "")
    _write_head(path, read_baseline(path).digest)
    return path


def _write_head(path: Path, content: str) -> None:
    head = BaselineHead(
        format=BASELINE_FORMAT,
        name="big",
        run="reports/big",
        evidence="of another run",
        seed=1,
        calls=1,
        repeats={},
        approver="the benchmark",
        reason="to be compared with",
        until="2099-12-31",
        verdict="go",
        digests={"samples": "s"},
        target=Target(),
        content=content,
    )
    (path / HEAD).write_bytes(msgspec.json.encode(head))


def write_run(path: Path, cases: int) -> Path:
    """A finished run over the same cases, pack by pack; one in twenty is wrong now."""
    path.mkdir()
    mix = tuple(Mix(pack=f"pack_{k}", share=1 / PACKS) for k in range(PACKS))
    head = RunHead(
        format=FORMAT, harness="0", seed=1, settings=Settings(mix=mix), digests={"samples": "s"}, state="complete"
    )
    none = Estimate(value=None, low=0.0, high=1.0, n=0)
    headline = Headline(pilot=none, projected=none, gap=none, silent_errors=none, straight_through=none)
    verdict = Verdict(format=1, verdict="go", exit_code=0, valid=True, problems=(), headline=headline)
    (path / "verdict.json").write_bytes(msgspec.json.encode(verdict))
    with ExitStack() as open_files:
        files = [
            open_files.enter_context((path / f"{name}.jsonl").open("w", encoding="utf-8"))
            for name in ("cases", "replies", "judged")
        ]
        for case in _cases(cases):
            _write_case(files, *case)
    # Sealed as a run is that was concluded; the digest of its rows only has to be its own.
    sealed = replace(head, evidence="of this run", sealed=seal_of(path))
    (path / "run.json").write_bytes(msgspec.json.encode(sealed))
    return path


def _write_case(files: Sequence[TextIO], address: str, digest: str, tags: str, number: int) -> None:
    total = f"{number % 9973}.5"
    wrong = number % 20 == 7
    said = "0.0" if wrong else total
    score = '"wrong","reason":"differs by more than 0.01"' if wrong else '"right","reason":""'
    files[0].write(
        f'{{"address":"{address}","sha256":"{digest}","media_type":"application/json","expect":"answer","file":"",'
        f'"truth":{{"total":{total},"carrier":"parcel","date":"2026-01-31"}},"tags":{tags},'
        '"steps":[{"op":"record.reorder","severity":3,"site":""}],"clean_twin":"pilot/samples#orders.jsonl#3",'
        '"asks":true,"changed":true}\n'
    )
    files[1].write(
        f'{{"address":"{address}","repeat":0,"due":{number / 100},"sent":{number / 100},"first":{number / 100},'
        f'"done":{number / 100 + 0.05},"status":200,"body":"{{\\"result\\": {{\\"total\\": {said}, \\"carrier\\": '
        '\\"parcel\\", \\"date\\": \\"2026-01-31\\"}, \\"needs_review\\": false}","body_file":"","error":"",'
        '"faults":[],"worker":0}\n'
    )
    files[2].write(
        f'{{"address":"{address}","repeat":0,"disposition":{WRONG if wrong else RIGHT},"reason":"","cause":"",'
        f'"answer":{{"total":{said},"carrier":"parcel","date":"2026-01-31"}},"confidence":{_sure(number, 1)},"fields":['
        f'{{"name":"total","verdict":{score}}},{{"name":"carrier","verdict":"right","reason":""}},'
        '{"name":"date","verdict":"right","reason":""}],"quality":1.0,"crashed_on_input":false,'
        f'"latency":{0.05 + number % 100 / 1000}}}\n'
    )


def _cases(cases: int) -> Iterator[tuple[str, str, str, int]]:
    """Address, digest, tags and number of each, pack by pack."""
    for number in range(cases):
        pack, i = divmod(number, -(-cases // PACKS))
        address = f"pack_{pack}/drawn#{i}"
        tags = f'{{"scenario":"drawn","sample":"orders.jsonl#{i % SAMPLES}","country":"{"DE" if i % 3 else "FR"}"}}'
        yield address, sha256(address.encode()).hexdigest(), tags, number


def _sure(number: int, side: int) -> float:
    return (number * 7919 + side * 104_729) % 10_000 / 10_000
