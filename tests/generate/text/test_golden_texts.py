"""The same texts and records everywhere: digests of what the ops on them write, whatever Python's Unicode data.

When an op is changed on purpose: python -m tests.generate.text.test_golden_texts > tests/golden/texts.json
"""

import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from harness.core.seed import Stream
from harness.generate.ops import all_ops
from harness.generate.payloads import Record
from harness.generate.records.json_text.write import write_json

GOLDEN = Path(__file__).parents[2] / "golden" / "texts.json"
SEVERITIES = (1, 5, 10)
TEXTS = {
    "en": "Please find the office file INV-0017 of 3 March; the official form is on a shelf.",
    "fr": "L'été dernier, déjà, le colis était arrivé très tard à Nîmes.",
    "ja": "カタカナの荷物がまだ届きません。金額は五千円です。",
}
RECORD = Record(
    pairs=(("id", "00417"), ("amount", 1284.5), ("count", 1200), ("ratio", -0.125), ("vip", True), ("note", None)),
    beside=(Record(pairs=(("id", "00931"), ("amount", 12), ("count", 7), ("ratio", 0.5), ("vip", False))),),
)


def digests() -> Iterator[tuple[str, str]]:
    for one in all_ops().values():
        for severity in SEVERITIES:
            name = f"{one.name}@{severity}"
            if one.layer == "field":
                for language, text in TEXTS.items():
                    written = one.run(text, severity, Stream(1, "golden", one.name))
                    yield f"{name} {language}", digest(written.encode("utf-8", "surrogateescape"))
            elif one.layer == "structure":
                yield name, digest(write_json(one.run(RECORD, severity, Stream(1, "golden", one.name))))


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()


def test_texts_and_records_are_what_they_were() -> None:
    assert dict(digests()) == json.loads(GOLDEN.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(json.dumps(dict(digests()), indent=1))
