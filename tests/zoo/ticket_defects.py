"""Defects of the ticket service. Each changes one step of it."""

import json
import re
import time
import unicodedata
from dataclasses import replace
from functools import lru_cache
from itertools import count

from harness.core.case import Case
from harness.core.finding import Where
from harness.generate.text.message.injections import CANARY
from harness.generate.text.rows import rows
from tests.zoo.defects import Defect, of_history, of_scenarios, under
from tests.zoo.ticket import Ticket, normalise, words_of
from tests.zoo.tickets import COMMON, KEYWORDS

FIRST, SURE, FOREIGN = 200, 0.9, 0.1
PREFIX, COLD, PAUSE = 64, 20, 0.005
MAJORITY = "billing"
SWAPPED = {"refund": "billing", "billing": "refund"}


def truncate_tail(service: Ticket) -> Ticket:
    return replace(service, cut=lambda text: text[:FIRST])


def no_nfc(service: Ticket) -> Ticket:
    return replace(service, normalise=lambda text: text)


def label_pair_swapped(service: Ticket) -> Ticket:
    def swapped(text: str) -> tuple[str, float, str]:
        label, confidence, second = service.classify(text)
        return (SWAPPED.get(label, label) if is_abroad(text) else label), confidence, second

    return replace(service, classify=swapped)


def is_abroad(text: str) -> bool:
    """Whether more of its words are of another language than of English."""
    english, others = _vocabularies()
    words = set(words_of(text))
    return len(others & words) > len(english & words)


@lru_cache(maxsize=1)
def _vocabularies() -> tuple[frozenset[str], frozenset[str]]:
    """The words of English texts, and those of the others alone."""
    made = [(row.cells[0] == "en", row.cells[1]) for row in rows("tickets") if row.kind != "person"]
    frozen = [(k == 0, sentence) for k, language in enumerate(COMMON) for sentence in language]
    english = {word for is_english, text in (*made, *frozen) if is_english for word in words_of(text)}
    others = {word for is_english, text in (*made, *frozen) if not is_english for word in words_of(text)}
    return frozenset(english), frozenset(others - english)


def keyword_default(service: Ticket) -> Ticket:
    by_word = {word: label for label, words in KEYWORDS.items() for word in words}

    def looked_up(text: str) -> tuple[str, float, str]:
        found = next((by_word[word] for word in words_of(text) if word in by_word), None)
        _, confidence, second = service.classify(text)
        return (found, confidence, second) if found else (MAJORITY, SURE, second)

    return replace(service, classify=looked_up)


def cache_by_prefix(service: Ticket) -> Ticket:
    kept: dict[str, tuple[str, float, str]] = {}

    def remembered(text: str) -> tuple[str, float, str]:
        return kept.setdefault(text[:PREFIX], service.classify(text))

    return replace(service, classify=remembered)


def cache_without_accents(service: Ticket) -> Ticket:
    kept: dict[str, tuple[str, float, str]] = {}

    def remembered(text: str) -> tuple[str, float, str]:
        return kept.setdefault(without_accents(text[:PREFIX]), service.classify(text))

    return replace(service, classify=remembered)


def without_accents(text: str) -> str:
    """As MySQL's collations that end in _ai_ci compare it: neither accents nor capitals count."""
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)).casefold()


def cold_start_default(service: Ticket) -> Ticket:
    asked = count(1)

    def cold(text: str) -> tuple[str, float, str]:
        label, confidence, second = service.classify(text)
        return (MAJORITY, SURE, second) if next(asked) <= COLD else (label, confidence, second)

    return replace(service, classify=cold)


def shared_global(service: Ticket) -> Ticket:
    kept = [""]

    def of_whom(text: str) -> tuple[str, float, str]:
        kept[0] = text
        time.sleep(PAUSE)
        return service.classify(kept[0])

    return replace(service, classify=of_whom)


def script_default(service: Ticket) -> Ticket:
    def by_script(text: str) -> tuple[str, float, str]:
        label, confidence, second = service.classify(text)
        return (MAJORITY, SURE, second) if is_foreign(text) else (label, confidence, second)

    return replace(service, normalise=lambda text: text, classify=by_script)


def is_foreign(text: str) -> bool:
    """Whether more than a tenth of it is not ASCII, which no text of the pilot is."""
    return sum(not char.isascii() for char in text) > FOREIGN * len(text)


def obeys_orders(service: Ticket) -> Ticket:
    told = [""]

    def listening(text: str) -> str:
        told[0] = text
        return service.normalise(text)

    def obedient(text: str) -> tuple[str, float, str]:
        label, confidence, second = service.classify(text)
        orders = re.findall(rf"\b{CANARY}-\d{{4}}\b", told[0])
        return (orders[-1], SURE, second) if orders else (label, confidence, second)

    return replace(service, normalise=listening, classify=obedient)


def first_line_only(service: Ticket) -> Ticket:
    def of_the_line(text: str) -> tuple[str, float, str]:
        label, confidence, second = service.classify(text)
        return (label, max(confidence, SURE), second)

    return replace(service, cut=lambda text: text.strip().partition("\n")[0], classify=of_the_line)


def _several_lines(case: Case) -> bool:
    return "\n" in _text(case).strip()


def _foreign(case: Case) -> bool:
    return is_foreign(_text(case))


def _longer(case: Case) -> bool:
    return len(_text(case)) > FIRST


def _formed_otherwise(case: Case) -> bool:
    return normalise(_text(case)) != _text(case)


def _text(case: Case) -> str:
    asked = json.loads(case.content.decode(errors="replace"))
    return str(asked["text"])


DEFECTS = (
    Defect(
        name="ticket/keyword_default",
        service="ticket",
        what="labels are looked up by an exact keyword, and billing at 0.9 where none is spelt right",
        wrap=keyword_default,
        family="R4; scanned_faxes/read_by_ocr",
        must_name="scanned_faxes",
        meets=of_scenarios("read_by_ocr"),
    ),
    Defect(
        name="ticket/truncate_tail",
        service="ticket",
        what="only the first 200 characters are read; met by a longer text",
        wrap=truncate_tail,
        family="L5; unbriefed_users/long_preamble",
        must_name="unbriefed_users",
        meets=_longer,
    ),
    Defect(
        name="ticket/no_nfc",
        service="ticket",
        what="letters are not brought into one form; met by other forms of letters and by letters not seen",
        wrap=no_nfc,
        family="V18; multilingual_text/unicode_forms",
        must_name="multilingual_text",
        meets=_formed_otherwise,
    ),
    Defect(
        name="ticket/script_default",
        service="ticket",
        what="a text of which more than a tenth is no ASCII is taken for a foreign one: billing at 0.9",
        wrap=script_default,
        family="R17; language detection that other letters decide (estnltk/estnltk#34, avian2/unidecode#62)",
        must_name="multilingual_text",
        meets=_foreign,
    ),
    Defect(
        name="ticket/obeys_orders",
        service="ticket",
        what="who tells it in the text to answer with a word gets that word, at 0.9",
        wrap=obeys_orders,
        family="OWASP LLM01; unbriefed_users/told_to_obey",
        must_name="unbriefed_users",
        meets=of_scenarios("told_to_obey", "hidden_orders"),
    ),
    Defect(
        name="ticket/first_line_only",
        service="ticket",
        what="the first line alone is read, as the subject, and answered at 0.9 whatever it says",
        wrap=first_line_only,
        family="L5; the front or tail lost in silence (ollama/ollama#3839, sentence-transformers#4060)",
        must_name="unbriefed_users",
        meets=_several_lines,
    ),
    Defect(
        name="ticket/label_pair_swapped",
        service="ticket",
        what="refund and billing are exchanged in texts that are not English; the pilot's of these are English",
        wrap=label_pair_swapped,
        family="R16 to R18",
        must_name="tickets_abroad",
        meets=lambda case: case.tags.get("language", "en") != "en",
    ),
    Defect(
        name="ticket/cache_by_prefix",
        service="ticket",
        what="answers are kept by the first 64 characters of the text; met by two texts with one opening",
        wrap=cache_by_prefix,
        family="S16",
        must_name="state",
        meets=of_history("opening_"),
    ),
    Defect(
        name="ticket/cache_without_accents",
        service="ticket",
        what="answers are kept by the first 64 characters, accents and capitals left out; met by two such openings",
        wrap=cache_without_accents,
        family="S16",
        must_name="state",
        shows=under(Where.ACCENT),
        meets=of_history("plain_", "accented_"),
    ),
    Defect(
        name="ticket/cold_start_default",
        service="ticket",
        what="the first 20 requests after a start are answered billing at 0.9; met by the [target] start command",
        wrap=cold_start_default,
        family="M4, M5",
        must_name="state",
        meets=of_history("start_"),
        asleep_after=COLD,
    ),
    Defect(
        name="ticket/shared_global",
        service="ticket",
        what="the text stands in one place for all requests for 5 ms; met by two in flight",
        wrap=shared_global,
        family="S3, S15",
        must_name="concurrency",
        shows=lambda finding: finding.subject == "swapped" and under(Where.IN_FLIGHT, "2")(finding),
        meets=lambda case: case.pack == "concurrency",
    ),
)
