# slow: 360 pages, twenty seconds of a core
"""A sample of the committed curves measured again, within 0.03; no step below severity 8 is steeper than 0.15."""

import sys

from harness.generate.ops import get_op
from tests.speed.calibrate import head, mean, read
from tests.speed.curves import READERS, exceptions, idle, read_curves

READER, PAGES, AS_COMMITTED = "glyphs", 60, 0.03
"""The pages are the same, so that only another version of Pillow or numpy may make a difference."""

AGAIN = (
    ("page.blur", 6),
    ("photo.thumbnail", 5),
    ("photo.motion_blur", 7),
    ("photo.perspective", 9),
    ("paper.stamp_field", 10),
    ("paper.toner_streak", 5),
)


def main() -> int:
    curves = {name: read_curves(name) for name in READERS}
    found = [told for name, one in curves.items() for told in exceptions(name, one)]
    found += [f"{op} hurts no reader" for op in idle(list(curves.values()))]
    committed, off = curves[READER].by_op(), []
    for op, severity in AGAIN:
        then = next(one for one in committed[op] if one.severity == severity)
        now = mean(op, severity, read(READER, get_op(op), severity, range(PAGES)))
        off.append(max(abs(now.error - then.error), abs(now.silent - then.silent)))
        print(
            f"{op} {severity}: error {then.error:.3f}, now {now.error:.3f}; silent {then.silent:.3f}, {now.silent:.3f}"
        )
    if curves[READER].head != head(READER, PAGES):
        print(f"measured then: {'; '.join(curves[READER].head)}\nnow: {'; '.join(head(READER, PAGES))}")
    print(*found, sep="\n")
    ops = {point.op for one in curves.values() for point in one.points}
    print(
        f"{len(AGAIN)} points again, at most {max(off):.3f} off; {len(ops)} ops, {len(found)} too steep, down or idle"
    )
    return 1 if found or max(off) > AS_COMMITTED else 0


if __name__ == "__main__":
    sys.exit(main())
