"""Values of a field that no sample has, though they are of its kind: the rest of a written list, other currencies."""

from collections.abc import Iterable, Sequence

from harness.core.figures.amounts import CODES
from harness.generate.records.changes.sites import Site
from harness.generate.records.json_text.write import write_value

MAX_UNSEEN = 6
"""Maximum number of such values of a field: each is one call."""

USUAL_CURRENCIES = ("EUR", "USD", "GBP", "JPY", "CHF", "CNY", "SEK", "PLN")
"""The most traded currencies and two of the European Union, ISO 4217 (source: BIS triennial survey, 2022)."""

UNSEEN = "unseen_"
"""Beginning of the names of these values."""


def unseen_values(sites: Iterable[Site]) -> dict[str, str]:
    """The values as JSON, by name: of the list in the team's schema, else of currencies if all values are some."""
    found = list(sites)
    seen = {write_value(site.value) for site in found}
    candidates = _written(found) or _currencies(found)
    rest = [text for text in map(write_value, candidates) if text not in seen]
    return {f"{UNSEEN}{k + 1}": text for k, text in enumerate(rest[:MAX_UNSEEN])}


def _written(sites: Sequence[Site]) -> Sequence[object]:
    return next((site.shape.words for site in sites if site.stated and site.shape.words), ())


def _currencies(sites: Sequence[Site]) -> Sequence[str]:
    values = {site.value for site in sites if isinstance(site.value, str)}
    alike = bool(values) and all(isinstance(site.value, str) for site in sites) and values <= CODES
    return USUAL_CURRENCIES if alike else ()
