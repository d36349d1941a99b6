"""What the ops on texts write: the same letters in other code points, and much around what is meant."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.seed import Stream
from harness.generate.ops import get_op
from harness.generate.text.characters.unicode_form import FORMS
from harness.generate.text.preamble import LENGTHS, LETTERS, language_of, small_talk

LANGUAGES = ("en", *LETTERS)
REQUESTS = {
    "en": "My parcel has not arrived.",
    "de": "Ich möchte mein Abonnement kündigen.",
    "fr": "Je n'ai pas reçu le colis.",
    "es": "¿Dónde está mi paquete?",
    "pl": "Paczka jeszcze nie dotarła.",
    "ru": "Посылка не пришла.",
    "el": "Το δέμα δεν έφτασε.",
    "ja": "荷物がまだ届きません。",
}


def formed(text: str, severity: int, noise: int = 0) -> str:
    after: str = get_op("text.unicode_form").run(text, severity, Stream(noise, "text"))
    return after


def surrounded(text: str, severity: int, noise: int = 0) -> str:
    after: str = get_op("text.preamble").run(text, severity, Stream(noise, "text"))
    return after


def nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


mixed = st.text(st.sampled_from("aéßﬁ fficaféÅ Wort ガカ金中 한글 й12.,\n@/\u0301\u3099")) | st.text()


@given(mixed, st.integers(1, 10), st.integers(0, 1 << 32))
def test_whoever_normalises_sees_the_same_text(text: str, severity: int, noise: int) -> None:
    assert nfkc(formed(text, severity, noise)) == nfkc(text)


@given(mixed, st.integers(1, 10), st.integers(0, 1 << 32))
def test_words_with_a_digit_an_at_or_a_slash_stay_as_they_are(text: str, severity: int, noise: int) -> None:
    protected = [word for word in text.split() if re.fullmatch(r"[^\u3040-\u30ff\u3400-\u9fff]*[\d@/].*", word)]
    kept = formed(text, severity, noise).split()
    assert [word for word in protected if word.isascii()] == [
        word for word in kept if word.isascii() and re.search(r"[\d@/]", word)
    ]


@pytest.mark.parametrize(
    ("form", "word", "written"),
    [
        ("decomposed", "café", "cafe\u0301"),
        ("decomposed", "한", "\u1112\u1161\u11ab"),
        ("full width", "Office", "\uff2f\uff46\uff46\uff49\uff43\uff45"),
        ("ligatures", "Office", "O\ufb03ce"),
        ("compatible", "aZ", "\U0001d5ee\U0001d5ed"),
        ("compatible", "カ", "\uff76"),
        ("compatible", "金", "\uf90a"),
    ],
)
def test_a_form_writes_other_code_points_for_the_same_letters(form: str, word: str, written: str) -> None:
    assert FORMS[form].write(word) == written
    assert nfkc(written) == word


def test_every_form_that_changes_the_text_is_drawn() -> None:
    text = "Ein Büro mit offenem Fenster"
    drawn = {formed(text, 10, noise) for noise in range(60)}
    assert drawn == {" ".join(FORMS[form].write(word) for word in text.split()) for form in FORMS}


def test_a_text_in_letters_of_one_form_only_stays_as_it_is() -> None:
    assert formed("שלום לכולם", 10) == "שלום לכולם"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_of_a_text_suggest_its_language(language: str) -> None:
    assert language_of(REQUESTS[language]) == language
    own = set(small_talk(language, "line"))
    lines = surrounded(REQUESTS[language], 6).replace("> ", "").splitlines()
    assert len(own & set(lines)) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_length_added_is_the_severity_in_every_language(language: str) -> None:
    text = REQUESTS[language]
    for noise in range(20):
        added = [len(surrounded(text, severity, noise)) - len(text) for severity in range(1, 11)]
        assert all(least <= one < least + 150 for least, one in zip(LENGTHS, added, strict=True))
        assert added == sorted(set(added))


def test_the_request_stands_untouched_at_the_start_in_the_middle_or_at_the_end() -> None:
    text = REQUESTS["en"]
    places = set()
    for noise in range(40):
        before, found, after = surrounded(text, 5, noise).partition(text)
        assert found
        places.add(((bool(before), bool(after)), "> " in before + after))
    assert places == {(place, quoted) for place in [(False, True), (True, True), (True, False)] for quoted in (0, 1)}


def test_a_blank_text_stays_blank() -> None:
    assert [surrounded(blank, 10) for blank in ("", " \n")] == ["", " \n"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_stands_twice_and_none_is_as_long_as_a_step(language: str) -> None:
    lines = small_talk(language, "line")
    assert len(set(lines)) == len(lines) == 16
    assert max(map(len, lines)) + 3 < LENGTHS[1] - LENGTHS[0]
    assert not re.search(r"\d", "".join(lines))


def test_letters_that_are_found_as_others_in_any_case_stay() -> None:
    for name in ("text.regional", "text.shorthand", "text.homophones"):
        assert get_op(name).run("pleaſe encloſed, ſee colour", 10, Stream(0, "text"))
