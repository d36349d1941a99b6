"""Other languages beside the request, and the request in the letters of another script."""

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.characters.letters import relettered
from harness.generate.text.preamble import LETTERS, language_of, small_talk
from harness.generate.text.sites import has_prose


@op("text.code_switched", layer="field", kind="dose")
def code_switched(text: str, severity: int, draw: Stream) -> str:
    """Put sentences of another language before and behind the request: courtesies that say nothing of the matter.

    One other language a text, of English, German, French, Spanish, Polish, Russian, Greek and Japanese.
    severity: 1 to 10 sentences, those of a lower severity first.
    Source: our own; people who write in another language as far as they know it;
    lines of fixtures/tables/small_talk.tsv; our own range.
    """
    if not has_prose(text):
        return text
    other = draw.choice([language for language in ("en", *LETTERS) if language != language_of(text)])
    lines, first = small_talk(other, "line"), draw.below(16)
    said = [lines[(first + k) % len(lines)] for k in range(severity)]
    return "\n".join(filter(None, (" ".join(said[1::2]), text, " ".join(said[::2]))))


@op("text.transliterated", layer="field", kind="sites", effect="destroyed")
def transliterated(text: str, severity: int, draw: Stream) -> str:
    """Write words in the letters of another script, by sound: Greek and Russian in Latin letters, Latin in Cyrillic.

    Whoever knows both reads it; an answer is never demanded.
    severity: share of the words, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection of what messages use (ISO 9 and ELOT 743 are its tidy form), table
    fixtures/tables/letters.tsv; our own range.
    """
    return relettered(text, 10 * severity, draw, "sound")
