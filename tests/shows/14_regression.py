"""A release that reads every 7 as a 1 is no-go by regression, the same release again is not, and ten runs of a service
that is only unsteady are not either.
"""
# slow: thirteen whole checks, three of them of a reader that takes its time

import json
import os
import sys
import tempfile
from pathlib import Path

from harness.cli.main import run
from harness.core.loading.shipped import shipped
from harness.run.baseline.compare import compare_paths
from tests.endpoints.misread import reading
from tests.endpoints.orders import unsteady, write_pilot
from tests.endpoints.server import serving

RIGHT = 0.9
RUNS = 10
PROMOTE = (
    "--as",
    "pilot",
    "--why",
    "what the pilot did",
    "--until",
    "2099-12-31",
    "--approver",
    "the show",
    "--accept-no-go",
    "it is what is there",
)


def regress(out: str, status: str) -> list[str]:
    """The slices whose regression criterion has this status and is among the reasons."""
    told = json.loads(Path(out, "verdict.json").read_text(encoding="utf-8"))
    return [one["slice"] for one in told["reasons"] if one["criterion"] == "regress" and one["status"] == status]


def read_pages(out: str, *options: str) -> int:
    pilot = shipped("fixtures") / "pilot"
    asked = ("--samples", str(pilot), "--truth", str(pilot / "truth.csv"), "--pack", "pilot", "--pack", "scanned_faxes")
    with reading(*options) as url:
        return run(["check", url, *asked, "--calls", "160", "--out", out])


def price_orders(out: str, number: int) -> int:
    with serving(unsteady(number, RIGHT)) as url:
        return run(["check", url, "--samples", "orders", "--truth", "total,carrier", "--calls", "160", "--out", out])


def pages() -> tuple[bool, str]:
    """The reader: promoted, changed in one character, and the same again."""
    read_pages("first")
    promoted = run(["promote", "first", *PROMOTE])
    changed, again = read_pages("sevens", "--wrong", "7", "--taken-for", "1"), read_pages("again")
    fell, open_ = regress("sevens", "failed"), regress("again", "failed") + regress("again", "undecided")
    compared = run(["diff", "baseline", "sevens"]), run(["diff", "baseline", "again"])
    held = promoted == 0 and changed == 1 and bool(fell) and not open_ and compared == (1, 0)
    lines = f"regression criteria {f'OPEN in {open_}' if open_ else 'passed'}"
    text = (
        f"7 read as 1: exit {changed}, regression in {', '.join(fell) or 'NONE'}; the same again: exit {again}, {lines}"
    )
    return held, text


def orders() -> tuple[bool, str]:
    """The unsteady service: promoted, and ten runs of it."""
    os.rename("baseline", "pages")
    write_pilot(Path("orders"))
    price_orders("order-0", 0)
    promoted = run(["promote", "order-0", *PROMOTE])
    for number in range(1, RUNS + 1):
        price_orders(f"order-{number}", number)
    flagged = [number for number in range(1, RUNS + 1) if regress(f"order-{number}", "failed")]
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
