# slow: twelve whole checks, a minute
"""The shares of a run add up: on twelve services the ends of the answerable cases make 100.0 %.

Every share that the screen prints is the one that a second implementation finds in cases.jsonl and judged.jsonl.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.endpoints.command import harness
from tests.endpoints.orders import honest, liar, timid, unsteady, write_pilot
from tests.endpoints.server import Answer, HangUp, serving
from tests.shows.recount import Claim, Recount
from tests.shows.screen_table import table_claims

Reply = tuple[int, object]


def every(number: int, instead: Callable[[bytes], Reply], answer: Answer = honest) -> Answer:
    """The service, but for one input in `number`."""
    return lambda body: instead(body) if sum(body) % number == 0 else answer(body)


def answered(body: bytes, **more: object) -> Reply:
    """The honest answer with other or further parts."""
    status, reply = honest(body)
    return status, {**reply, **more} if isinstance(reply, dict) and status == 200 else reply


def hang_up(_: bytes) -> Reply:
    raise HangUp


NOT_COMPARABLE = b'{"result": {"total": NaN, "carrier": "parcel"}, "needs_review": false}'

SERVICES: Mapping[str, Answer] = {
    "honest": honest,
    "liar": liar,
    "timid": timid,
    "right in 76 % of its answers": unsteady(1, 0.76),
    "right in 99 % of its answers": unsteady(1, 0.99),
    "hands over a third": every(3, timid),
    "refuses a fifth": every(5, lambda _: (422, {"detail": "no"})),
    "fails in a seventh": every(7, lambda _: (500, {"detail": "bug"})),
    "hangs up on some": every(11, hang_up),
    "numbers that are none": every(4, lambda body: answered(body, result={"total": "n/a", "carrier": "parcel"})),
    "not comparable": every(
        4, lambda body: (200, b'{"result": {"total": NaN, "carrier": "parcel"}, "needs_review": false}')
    ),
    "of all kinds": every(2, every(3, timid, liar), every(13, hang_up, unsteady(2, 0.9))),
}


def claims(name: str, folder: Path) -> Iterator[Claim]:
    """What the table of the whole screen claims."""
    write_pilot(folder / "pilot")
    out, config = folder / "run", folder / "harness.toml"
    config.write_text("[budget]\nrobustness = []\n", encoding="utf-8")  # their rows are no shares of the population
    with serving(SERVICES[name]) as url:
        asked = ("--samples", str(folder / "pilot"), "--truth", "total,carrier", "--calls", "200", "--out", str(out))
        harness("check", url, *asked, "--config", str(config))
    screen = harness("show", str(out), "--verbose").out
    verdict = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    table = next(part for part in screen.split("\n\n") if part.startswith("criterion "))
    yield from table_claims(table.splitlines(), Recount(out), verdict)


def main() -> int:
    made = differ = 0
    for name in SERVICES:
        with tempfile.TemporaryDirectory() as folder:
            found = list(claims(name, Path(folder)))
        wrong = [claim for claim in found if not claim.holds]
        made, differ = made + len(found), differ + len(wrong)
        ends = next((claim.line for claim in found if claim.line.startswith("Answerable")), "no answerable cases")
        print(f"{name}: {len(found)} claims, {len(wrong)} differ; {ends}", flush=True)
        for claim in wrong:
            print(f"  {claim.line}\n    screen: {claim.shown}\n    rows:   {claim.recomputed}")
    print(f"52: {len(SERVICES)} services, {made} claims of their tables recomputed, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
