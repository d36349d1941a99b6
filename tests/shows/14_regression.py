"""A release that reads every 7 as a 1 is no-go by regression, the same release again is not, and ten runs of a service
that is only unsteady are not either.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path
from threading import Lock

from harness.cli.main import run
from harness.core.seed import Stream
from harness.core.shipped import shipped
from harness.run.compare import compare_paths
from tests.endpoints.misread import reading
from tests.endpoints.orders import honest, write_pilot
from tests.endpoints.server import Answer, serving

RIGHT = 0.9
RUNS = 10
PROMOTE = ("--as", "pilot", "--why", "what the pilot did", "--until", "2099-12-31", "--approver", "the show")


def regress(out: str, answer: str) -> list[str]:
    """The slices whose regression line came to this answer and is among the reasons."""
    told = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return [one["slice"] for one in told["reasons"] if one["line"] == "regress" and one["verdict"] == answer]


def read_pages(out: str, *options: str) -> int:
    pilot = shipped("fixtures") / "pilot"
    asked = ("--samples", str(pilot), "--truth", str(pilot / "truth.csv"), "--pack", "pilot", "--pack", "scanned_faxes")
    with reading(*options) as url:
        return run(["check", url, *asked, "--calls", "160", "--out", out])


def unsteady(number: int) -> Answer:
    """Right with probability RIGHT, drawn anew in every run and for every repeat."""
    sent: Counter[str] = Counter()
    lock = Lock()

    def answer(body: bytes) -> tuple[int, object]:
        key = sha256(body).hexdigest()
        with lock:
            sent[key] += 1
            draw = Stream(number, key, sent[key])
        status, reply = honest(body)
        if status == 200 and draw.uniform() >= RIGHT:
            reply = json.loads(json.dumps(reply).replace('"parcel"', '"pallet"').replace('"courier"', '"parcel"'))
        return status, reply

    return answer


def price_orders(out: str, number: int) -> int:
    with serving(unsteady(number)) as url:
        return run(["check", url, "--samples", "orders", "--truth", "total,carrier", "--calls", "160", "--out", out])


def pages() -> tuple[bool, str]:
    """The reader: promoted, changed in one character, and the same again."""
    read_pages("first")
    promoted = run(["promote", "first", *PROMOTE])
    changed, again = read_pages("sevens", "--wrong", "7", "--taken-for", "1"), read_pages("again")
    fell, open_ = regress("sevens", "no-go"), regress("again", "no-go") + regress("again", "undecided")
    compared = run(["diff", "baseline", "sevens"]), run(["diff", "baseline", "again"])
    held = promoted == 0 and changed == 1 and bool(fell) and not open_ and compared == (1, 0)
    return (
        held,
        f"7 read as 1: exit {changed}, regression in {', '.join(fell) or 'NONE'}; again: {again}, {open_ or 'go'}",
    )


def orders() -> tuple[bool, str]:
    """The unsteady service: promoted, and ten runs of it."""
    write_pilot(Path("orders"))
    price_orders("order-0", 0)
    os.rename("baseline", "pages")
    promoted = run(["promote", "order-0", *PROMOTE])
    for number in range(1, RUNS + 1):
        price_orders(f"order-{number}", number)
    flagged = [number for number in range(1, RUNS + 1) if regress(f"order-{number}", "no-go")]
    differ = sum(moved(f"order-{number}") for number in range(1, RUNS + 1))
    text = f"{len(flagged)} of {RUNS} runs of a service right in {RIGHT:.0%} flagged ({differ} cases moved)"
    return promoted == 0 and not flagged and differ > RUNS, text


def moved(out: str) -> int:
    """Cases that went from right to wrong or back, to show that the service was not the same in every run."""
    changes = compare_paths(Path("baseline"), Path(out)).difference.changes
    return sum(count for change, count in changes.items() if change not in ("same", "new"))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shown = [pages(), orders()]
        os.chdir("/")
    print("; ".join(text for _, text in shown))
    return 0 if all(held for held, _ in shown) else 1


if __name__ == "__main__":
    sys.exit(main())
