"""Other languages next to the request, and the request in the letters of another script."""

from harness.core.seed import Stream
from harness.generate.registry import op
from harness.generate.text.characters.letters import relettered
from harness.generate.text.preamble import LETTERS, language_of, small_talk
from harness.generate.text.sites import has_prose


@op("text.code_switched", layer="field", kind="graded")
def code_switched(text: str, severity: int, draw: Stream) -> str:
    """Put polite sentences of another language, without a topic, before and after the request.

    One other language per text: English, German, French, Spanish, Polish, Russian, Greek or Japanese.
    severity: 1 to 10 sentences, those of a lower severity first.
    Source: our own; people who write in a foreign language as far as they know it;
    lines of fixtures/tables/small_talk.tsv; our own range.
    """
    if not has_prose(text):
        return text
    other = draw.choice([language for language in ("en", *LETTERS) if language != language_of(text)])
    lines, first = small_talk(other, "line"), draw.below(16)
    foreign = [lines[(first + k) % len(lines)] for k in range(severity)]
    return "\n".join(filter(None, (" ".join(foreign[1::2]), text, " ".join(foreign[::2]))))


@op("text.transliterated", layer="field", kind="nested", effect="destroyed")
def transliterated(text: str, severity: int, draw: Stream) -> str:
    """Transcribe words into another script by sound: Greek and Russian in Latin letters, Latin in Cyrillic.

    A reader needs both scripts, so no answer is required.
    severity: share of the words, 10 to 100 % in ten steps, rounded up; nested.
    Source: our own selection of forms used in messages (ISO 9 and ELOT 743 are the formal ones), table
    fixtures/tables/letters.tsv; our own range.
    """
    return relettered(text, 10 * severity, draw, "sound")
