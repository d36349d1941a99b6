"""Papers from abroad: each language, each kind, exact in its truth and free of overlaps."""

from itertools import combinations, pairwise

import pytest

from harness.core.sample import Sample, Samples
from harness.core.seed import Stream
from harness.generate.bases import Bases
from harness.generate.draw import draw_case, find_case, make_case
from harness.generate.pages.locale.locales import all_locales
from harness.generate.pages.made.letter_pages import in_kanji, upright
from harness.generate.pages.made.paper_kinds import KINDS, Paper, PaperKind, draw_paper, paper_fields
from harness.generate.pages.made.paper_page import render_paper
from harness.generate.payloads import Word
from harness.generate.recipes.packs import Scenario, read_pack
from harness.generate.usable import usable

LANGUAGES = tuple(dict.fromkeys(locale.language for locale in all_locales()))
SAMPLES = Samples(items=(), kind="page", columns=())
PACK = "papers_from_abroad"


def papers(kind: PaperKind, language: str, count: int) -> list[Paper]:
    drawn = (draw_paper(kind, Stream(k, "papers", kind)) for k in range(2000))
    fitting = (one for one in drawn if one.form.figures.locale.language == language)
    return [next(fitting) for _ in range(count)]


def said(words: tuple[Word, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for word in words:
        text = word.text.replace("\N{NO-BREAK SPACE}", " ")
        values[word.field] = f"{values.get(word.field, '')} {text}".strip()
    values.pop("", None)
    return values


def depth(a: Word, b: Word) -> float:
    across = min(a.quad[2], b.quad[2]) - max(a.quad[0], b.quad[0])
    return min(across, min(a.quad[5], b.quad[5]) - max(a.quad[1], b.quad[1]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_is_printed_and_no_word_stands_on_another(kind: PaperKind, language: str) -> None:
    for paper in papers(kind, language, 3):
        words = render_paper(paper).words
        printed = {name: value.printed.replace("\N{NO-BREAK SPACE}", " ") for name, value in paper.values}
        if kind == "letters" and upright(paper):
            printed = {n: in_kanji(text) if n.endswith("_date") else text for n, text in printed.items()}
        assert said(words) == printed
        assert [(a.text, b.text) for a, b in combinations(words, 2) if depth(a, b) > 6] == []
        assert all(0 <= x <= 1654 for word in words for x in word.quad[::2])
        assert all(0 <= y <= 2339 for word in words for y in word.quad[1::2])


@pytest.mark.parametrize("kind", KINDS)
def test_every_language_is_drawn_about_as_often(kind: PaperKind) -> None:
    drawn = [draw_paper(kind, Stream(k, "often", kind)).form.figures.locale.language for k in range(1900)]
    counts = [drawn.count(language) for language in LANGUAGES]
    assert min(counts) > 60
    assert max(counts) < 150


@pytest.mark.parametrize("kind", KINDS)
def test_fields_of_a_kind_are_the_same_in_every_language(kind: PaperKind) -> None:
    for language in LANGUAGES:
        assert tuple(papers(kind, language, 1)[0].truth) == paper_fields(kind)


def test_a_card_lies_within_its_edges() -> None:
    for language in LANGUAGES:
        for word in render_paper(papers("cards", language, 1)[0]).words:
            assert 490 <= word.quad[0] < word.quad[2] <= 1164
            assert 420 <= word.quad[1] < word.quad[5] <= 845


def test_columns_of_a_letter_go_from_right_to_left() -> None:
    letter = next(one for one in papers("letters", "ja", 20) if upright(one))
    middles = [(word.quad[0] + word.quad[2]) / 2 for word in render_paper(letter).words]
    steps = [before - after for before, after in pairwise(middles)]
    assert all(abs(step) < 3 or step > 70 for step in steps)
    assert sum(step > 70 for step in steps) == 7


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("令和7年3月14日", "令和七年三月十四日"),
        ("令和6年10月20日", "令和六年十月二十日"),
        ("令和12年11月31日", "令和十二年十一月三十一日"),
        ("なし", "なし"),
    ],
)
def test_dates_in_columns_are_in_words(line: str, words: str) -> None:
    assert in_kanji(line) == words


def scenario(name: str) -> Scenario:
    return next(one for one in read_pack(PACK).scenarios if one.id == name)


@pytest.mark.parametrize("name", [one.id for one in read_pack(PACK).scenarios])
def test_a_case_is_found_by_its_address_with_its_truth_and_tags(name: str) -> None:
    pack = read_pack(PACK)
    bases = Bases(seed=4, samples=SAMPLES)
    case = make_case(draw_case(pack, scenario(name), 3, SAMPLES, 4), bases)
    again = make_case(find_case(case.address, SAMPLES, 4), bases)
    assert again.content == case.content
    assert case.changed
    assert case.truth
    assert {"language", "script", "scenario"} <= set(case.tags)


def test_a_paper_serves_only_who_judges_its_fields() -> None:
    assert usable(scenario("letter"), SAMPLES, ("reference", "letter_date")) == ""
    assert usable(scenario("delivery_note"), SAMPLES, ("total",)).startswith("made delivery notes have no total")
    texts = Samples(
        items=(Sample(key="a", kind="text", content=b"a", media_type="text/plain", filename="a"),),
        kind="text",
        columns=(),
    )
    assert usable(scenario("letter"), texts, ()) == "it needs pages, the samples are texts"
