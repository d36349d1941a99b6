"""Text as an OCR engine in front of the model returns it: misread characters."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from harness.core.loading.shipped import shipped
from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.sites import any_of, kept

SHARE = 0.04
_PROTECTED = re.compile(r"(?<!\S)([^\s\d]*+\d\S*+)")
"""A token with a digit. Ids, dates and amounts contain one and stay unchanged."""


@op("text.ocr_confuse", layer="field", kind="nested")
def ocr_confuse(text: str, severity: int, draw: Stream) -> str:
    """Replace characters by those that OCR mistakes them for: o by 0, l by 1, rn by m.

    A site is a character or group of the table. Tokens with a digit (ids, dates, amounts) stay unchanged.
    severity: share of the sites hit, 4 to 40 % in ten even steps, rounded up; nested.
    Source: table fixtures/tables/ocr_confusions.tsv, with the origin of each line; all are equally likely,
    because their real frequency depends on engine and print. The range is our own.
    """
    parts = list(_parts(text))
    sites = parts[1::2]
    for k, read in _pick(sites, ceil(SHARE * severity * len(sites)), draw):
        parts[2 * k + 1] = read
    return "".join(parts)


def _pick(sites: Sequence[str], n: int, draw: Stream) -> list[tuple[int, str]]:
    """`n` of the sites, each with its misreading: the first n steps of a shuffle, whatever n is."""
    reads, left = _table()[1], list(range(len(sites)))
    picked = []
    for i in range(n):
        at = i + draw.below(len(left) - i)
        left[i], left[at] = left[at], left[i]
        picked.append((left[i], draw.choice(reads[sites[left[i]]])))
    return picked


@kept(most=1024)
def _parts(text: str) -> Sequence[str]:
    """The text split at its sites: every second part is one."""
    split = _table()[0].split
    first, *others = _PROTECTED.split(text)
    parts: list[str] = split(first)
    for token, behind in zip(others[::2], others[1::2], strict=True):
        between, *more = split(behind)
        parts[-1] += token + between
        parts += more
    return parts


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """The pattern of the sites, and the possible misreadings of each."""
    path = shipped("fixtures") / "tables" / "ocr_confusions.tsv"
    reads: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        printed, read, _ = line.split("\t")
        reads[printed] = (*reads.get(printed, ()), read)
    return re.compile(f"({any_of(reads)})"), reads
