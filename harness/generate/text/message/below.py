"""Lines below the request from all over the world: names of writers and recipients, addresses, dates and times."""

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.rows import rows
from harness.generate.text.sites import has_prose


@op("text.signed", layer="field", kind="graded")
def signed(text: str, severity: int, draw: Stream) -> str:
    """Sign the request with a name that forms and parsers do not expect, and copy people with such names.

    Names of one word, of one letter, of over a hundred letters, with apostrophes, particles, titles, in two scripts, in
    capitals, with the family name first, or names that read as null.
    severity: 1 to 10 people, those of a lower severity first.
    Source: W3C, Personal names around the world; ICAO Doc 9303; table fixtures/tables/names.tsv; our own range.
    """
    if not has_prose(text):
        return text
    sender, *copies = _lines("names", severity, draw)
    return "\n".join((f"{text}\n\n{sender}", *(f"cc: {name}" for name in copies)))


@op("text.addressed", layer="field", kind="graded")
def addressed(text: str, severity: int, draw: Stream) -> str:
    """Put postal addresses of other countries below the request: no postcode, no street, the town first, right to left.

    severity: 1 to 10 addresses, those of a lower severity first.
    Source: UPU addressing guides, by country; ISO 3166-1 for names that changed; table fixtures/tables/addresses.tsv;
    our own range.
    """
    return "\n\n".join((text, *_lines("addresses", severity, draw))) if has_prose(text) else text


@op("text.timed", layer="field", kind="graded")
def timed(text: str, severity: int, draw: Stream) -> str:
    """Put dates and times in square brackets below the request that calendars and clocks often get wrong.

    Other calendars, days and hours that do not exist or exist twice, odd offsets, leap seconds, fiscal years.
    severity: 1 to 10 stamps, those of a lower severity first.
    Source: Unicode CLDR calendars, ISO 8601, IANA time zone database; table fixtures/tables/times.tsv; our own range.
    """
    stamps = (f"[{stamp}]" for stamp in _lines("times", severity, draw))
    return "\n".join((f"{text}\n", *stamps)) if has_prose(text) else text


def _lines(table: str, number: int, draw: Stream) -> list[str]:
    known = rows(table)
    first = draw.below(len(known))
    return [known[(first + k) % len(known)].cells[-1] for k in range(number)]
