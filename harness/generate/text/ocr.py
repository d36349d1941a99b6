"""Text as an OCR engine in front of the model hands it over: characters taken for others."""

import re
from functools import lru_cache
from math import ceil

from harness.core.seed import Stream
from harness.core.shipped import shipped
from harness.generate.registry import op

SHARE = 0.04
_UNPROTECTED = re.compile(r"(?<!\S)[^\s\d]++(?!\S)")
"""A token without a digit: ids, dates and amounts have one, and stay as they are."""


@op("text.ocr_confuse", layer="field", kind="sites")
def ocr_confuse(text: str, severity: int, draw: Stream) -> str:
    """Replace characters by those that OCR mistakes them for: o by 0, l by 1, rn by m.

    A site is a character or group that the table has; tokens with a digit (ids, dates, amounts) are left alone.
    severity: share of the sites hit, 4 to 40 % in ten even steps, rounded up; nested.
    Source: which are confused: table fixtures/tables/ocr_confusions.tsv, with the origin of each line; all are drawn
    alike, since how often each happens depends on engine and print. The range is our own.
    """
    sites = _sites(text)
    pieces: list[str] = []
    end = 0
    for start, read in sorted(_pick(sites, ceil(SHARE * severity * len(sites)), draw)):
        pieces += (text[end : sites[start][0]], read)
        end = sites[start][1]
    return "".join(pieces) + text[end:]


def _pick(sites: tuple[tuple[int, int, tuple[str, ...]], ...], n: int, draw: Stream) -> list[tuple[int, str]]:
    """`n` of the sites, each with what it is read as: the first n steps of a shuffle, whatever n is."""
    left = list(range(len(sites)))
    picked = []
    for i in range(n):
        at = i + draw.below(len(left) - i)
        left[i], left[at] = left[at], left[i]
        picked.append((left[i], draw.choice(sites[left[i]][2])))
    return picked


@lru_cache(maxsize=1024)
def _sites(text: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """Start, end and readings of every site, from left to right. Kept, since many cases start from one text."""
    pattern, reads = _table()
    return tuple(
        (site.start(), site.end(), reads[site[0]])
        for token in _UNPROTECTED.finditer(text)
        for site in pattern.finditer(text, token.start(), token.end())
    )


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """What is looked for, groups before single characters, and what each may be read as."""
    path = shipped("fixtures") / "tables" / "ocr_confusions.tsv"
    reads: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        printed, read, _ = line.split("\t")
        reads[printed] = (*reads.get(printed, ()), read)
    return re.compile("|".join(re.escape(p) for p in sorted(reads, key=lambda p: (-len(p), p)))), reads
