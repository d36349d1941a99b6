# slow: two hundred ops against sixty services
"""For each op on texts, records and files, which of the small services it breaks: what breaks nobody has no place here.

Ops on pages are measured with two readers instead (34_curves.py).
"""

import sys

from tests.generate.files import test_files_break
from tests.generate.records import test_records_break
from tests.generate.text import test_texts_break


def main() -> int:
    ops, idle = 0, []
    for module in (test_texts_break, test_records_break, test_files_break):
        for one in module.OPS:
            broken = sorted(set(module.tried(one)))
            print(f"{one.name:<26}{', '.join(broken)}")
            ops += 1
            idle += [] if broken else [one.name]
    print(f"{ops} ops on texts, records and files: {len(idle)} break nobody {', '.join(idle)}".rstrip())
    return 1 if idle else 0


if __name__ == "__main__":
    sys.exit(main())
