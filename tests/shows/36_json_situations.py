"""Every situation of JSON: its generator, what five readers make of it, and what the harness says of it.

    python tests/shows/36_json_situations.py [KIND]

Exits 1 when a situation has no generator, or when readers do otherwise than is said.
"""

import sys
from collections import Counter

from harness.core.seed import Stream
from harness.generate.ops import all_ops
from harness.generate.payloads import JSON, File
from harness.generate.records.json_text.decodes import read_again
from harness.generate.text.rows import rows
from tests.endpoints.reference import parcels
from tests.generate.readers import READERS, REFUSED, asked, held

OPS = {name.removeprefix("record.json_"): op for name, op in all_ops().items() if op.form == JSON and op.sites}


def main() -> int:
    wanted, told, failed = sys.argv[1:], Counter[str](), 0
    content = next(item.content for item in parcels().items if not item.content.isascii())
    print(f"{'situation':<46}{'generator':<24}{'  '.join(READERS)}  decodes")
    for row in rows("json_situations"):
        if wanted and row.kind not in wanted:
            continue
        op = OPS.get(row.kind)
        file = File(content=content, media_type="application/json", filename="r.json")
        body = content if op is None else op.run(file, 10, Stream(1, row.name), row.name).content
        decoded = read_again(body)
        good = op is not None and body != content and held(decoded, body)
        failed += not good
        told[decoded.decodes] += 1
        takes = "  ".join(
            ("-" if found is REFUSED else "takes").ljust(len(name)) for name, found in asked(body).items()
        )
        generator = op.name if op else "none"
        name = f"{row.kind}/{row.name}"
        print(f"{name:<46}{generator:<24}{takes}  {decoded.decodes}{'' if good else '   FAILED'}")
    counted = ", ".join(f"{count} {name}" for name, count in told.most_common())
    print(f"{told.total()} situations ({counted}), {failed} without a generator or told wrongly")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
