"""`harness packs freeze`: what is personal is replaced everywhere alike, told, and nothing else is touched."""

import csv
import json
import re
from pathlib import Path

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from harness.generate.masking.checksums import card_valid, iban_valid, with_card_check, with_iban_check
from harness.generate.masking.mask import Mask, is_id_column, is_name_column
from harness.generate.samples.read_samples import read_samples
from tests.endpoints.command import CommandResult, harness

TEXTS = (
    "Dear Team,\n\nmy name is Zoë Hartley, IBAN DE89 3704 0044 0532 0130 00 or DE89370400440532013000, card "
    "4111 1111 1111 1111, order 47110, INV-2024-0017 of 2024-03-14 over 1,284.50 EUR.\n"
    "Call +49 221 4710 8825 or mail zoe.hartley@firma.de. HARTLEY will wait.\n\nKind regards,\nZoë Hartley",
    "Hello, it is Zoë again: the parcel 47110 is for Hartley, and the will is there.\n\nCordialement,\nBenoît Garçon",
)
PERSONAL = ("Zoë", "Hartley", "HARTLEY", "3704", "47110", "0017", "8825", "firma", "4111", "Benoît", "Garçon")
LABELS = ("refund", "delivery")
DEGREES = ("PhD",)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def frozen(out: str = "out", *more: str) -> CommandResult:
    rows = [{"text": text, "label": label} for text, label in zip(TEXTS, LABELS, strict=True)]
    Path("tickets.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return harness("packs", "freeze", "tickets.jsonl", "--truth", "label", "--out", out, *more)


def texts(out: str = "out") -> list[str]:
    return [json.loads(line)["text"] for line in Path(out, "samples.jsonl").read_text("utf-8").splitlines()]


def test_nothing_personal_is_left_and_the_rest_stays_word_for_word() -> None:
    said = frozen()
    assert (said.code, said.out) == (0, "")
    shown = "\n".join(texts())
    assert [word for word in PERSONAL if word in shown] == []
    kept = ("Dear Team,", "my name is", "of 2024-03-14 over 1,284.50 EUR", "will wait", "and the will is there", "+49 ")
    assert [part for part in kept if part not in shown] == []


@pytest.mark.parametrize(
    ("locale", "introduction"),
    [
        ("de_DE", "Guten Tag, mein Name ist {}, und ich habe eine Frage."),
        ("en_GB", "Hello, my name is {}, and I have a question."),
        ("fr_FR", "Bonjour, je m'appelle {}, et j'ai une question."),
        ("es_ES", "Buenos días, me llamo {}, y tengo una pregunta."),
        ("it_IT", "Buongiorno, mi chiamo {}, e ho una domanda."),
    ],
)
def test_who_is_introduced_is_masked_with_whatever_title(locale: str, introduction: str) -> None:
    people = Faker(locale)
    people.seed_instance(1)
    names = [people.name() for _ in range(150)]
    mask = Mask(seed=1)
    for name in names:
        mask.learn({"text": introduction.format(name)})
    shown = [mask.text(introduction.format(name), "text") for name in names]
    # "auch" is a particle to Faker alone.
    left = [name for name, text in zip(names, shown, strict=True) if re.search(rf"\b{family_of(name)}\b", text)]
    assert [name for name in left if "auch" not in name] == []


def family_of(name: str) -> str:
    """The family name stands last, but for degrees, which tell nobody."""
    return str([word for word in re.findall(r"[^\W\d_]{4,}", name) if word not in DEGREES][-1])


def test_a_value_is_the_same_everywhere_in_whatever_form_it_is_written() -> None:
    frozen()
    first, second = texts()
    grouped, whole = re.findall(r"DE[\d ]+\d", first)
    assert grouped.replace(" ", "") == whole
    assert re.findall(r"order (\d+)", first) == re.findall(r"parcel (\d+)", second)
    given_name, family = re.findall(r"my name is (\w+) (\w+)", first)[0]
    assert first.endswith(f"Kind regards,\n{given_name} {family}")
    assert f"{family.upper()} will wait" in first
    assert f"it is {given_name} again" in second
    assert f"for {family}," in second


def test_numbers_have_their_shape_and_check_digits_that_are_right_where_they_were() -> None:
    frozen()
    first = texts()[0]
    assert iban_valid(re.findall(r"DE[\d ]+\d", first)[0])
    assert card_valid(re.findall(r"card ([\d ]+)", first)[0])
    assert re.search(r"card \d{4} \d{4} \d{4} \d{4}, order \d{5}, INV-\d{4}-\d{4} of", first)


def test_the_fixture_is_read_as_samples_are() -> None:
    frozen()
    samples = read_samples("out/samples.jsonl", "label")
    assert (samples.kind, [item.truth["label"] for item in samples.items]) == ("text", list(LABELS))


def test_texts_of_a_folder_stay_one_and_lose_their_names() -> None:
    Path("mails").mkdir()
    for name, text in zip(("hartley_zoe.txt", "garcon.txt"), TEXTS, strict=True):
        Path("mails", name).write_text(text, encoding="utf-8")
    Path("truth.csv").write_text("file,label,order\nhartley_zoe.txt,refund,47110\ngarcon.txt,delivery,47110\n", "utf-8")
    assert harness("packs", "freeze", "mails", "--truth", "truth.csv", "--out", "out").code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["masked.md", "text_0.txt", "text_1.txt", "truth.csv"]
    samples = read_samples("out", "out/truth.csv")
    for item in samples.items:
        assert str(item.truth["order"]) in item.content.decode()
    with Path("out/truth.csv").open(encoding="utf-8", newline="") as file:
        assert "47110" not in {row["order"] for row in csv.DictReader(file)}


def test_records_are_masked_by_what_their_columns_are_named() -> None:
    row = {"customer_name": "anna o'hara", "customer_id": 471108, "iban": "X-12", "amount": 12.5, "paid": True,
           "note": "Anna called", "nested": {"phone": "0221/4710"}, "decision": "ok"}  # fmt: skip
    Path("records.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    said = harness("packs", "freeze", "records.jsonl", "--truth", "decision", "--out", "out")
    (after,) = map(json.loads, Path("out/samples.jsonl").read_text(encoding="utf-8").splitlines())
    assert said.code == 0
    assert [key for key in row if after[key] == row[key]] == ["amount", "paid", "decision"]
    assert list(after) == list(row)
    assert 100_000 <= after["customer_id"] <= 999_999
    assert after["note"].split()[0] == after["customer_name"].split()[0].capitalize()
    assert re.fullmatch(r"0\d{3}/\d{4}", after["nested"]["phone"])


def test_rows_stay_in_their_order_and_titles_stay_titles() -> None:
    rows = [{"name": f"Prof. Ada Quist{k}", "amount": k, "decision": "ok"} for k in range(12)]
    Path("records.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert harness("packs", "freeze", "records.jsonl", "--truth", "decision", "--out", "out").code == 0
    after = [json.loads(line) for line in Path("out/samples.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["amount"] for row in after] == list(range(12))
    assert all(row["name"].startswith("Prof. ") and "Ada" not in row["name"] for row in after)


def test_what_was_masked_is_told_by_kind_and_column_and_so_is_what_cannot_be_seen() -> None:
    said = frozen()
    report = Path("out/masked.md").read_text(encoding="utf-8")
    assert "masked iban: 2 values, 2 times (text 2)" in said.err
    assert "masked name: " in said.err
    assert "not detected: names in running text" in said.err
    assert "| iban | text | 2 |" in report
    assert "streets and towns" in report


def test_the_same_seed_gives_the_same_fixture_and_another_seed_other_values() -> None:
    for out, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        frozen(out, "--seed", seed)
    assert texts("a") == texts("b") != texts("c")


def test_what_is_there_is_never_overwritten_and_nothing_is_left_half_written() -> None:
    Path("out").mkdir()
    said = frozen()
    assert said.code == 4
    assert "out: already exists\n  freeze never overwrites" in said.err
    Path("file").write_text("x", encoding="utf-8")
    assert "file/out: cannot be written" in frozen("file/out").err
    assert sorted(path.name for path in Path().iterdir()) == ["file", "out", "tickets.jsonl"]
    assert list(Path("out").iterdir()) == []


def test_pages_are_refused_by_name() -> None:
    Path("a.png").write_bytes(b"x")
    Path("truth.csv").write_text("file,total\na.png,1\n", encoding="utf-8")
    assert "pages cannot be masked" in harness("packs", "freeze", "a.png", "--truth", "truth.csv", "--out", "out").err


@given(st.integers(0, 10**18 - 1))
def test_check_digits_that_are_put_in_are_right_or_wrong_as_asked(number: int) -> None:
    iban = with_iban_check(f"DE00{number:018d}", right=True)
    assert iban_valid(iban)
    assert not iban_valid(with_iban_check(iban, right=False))
    assert iban[4:] == f"{number:018d}"
    assert card_valid(with_card_check(f"{number:018d}"))


@pytest.mark.parametrize("value", ["DE89370400440532013000", "GB82WEST12345698765432"])
def test_known_account_numbers_are_right(value: str) -> None:
    assert iban_valid(value)
    assert not iban_valid(value[:-1] + ("1" if value[-1] == "0" else "0"))


@given(st.lists(st.integers(10_000, 99_999), min_size=2, max_size=40, unique=True))
def test_two_values_never_become_one(numbers: list[int]) -> None:
    mask = Mask(seed=1)
    assert len({mask.text(str(number), "text") for number in numbers}) == len(numbers)


def test_columns_are_known_by_their_names() -> None:
    assert all(map(is_name_column, ("name", "first_name", "Customer", "sender", "contact_name")))
    assert not any(map(is_name_column, ("filename", "amount", "customers", "text")))
    assert all(map(is_id_column, ("id", "customer_id", "orderId", "phone", "account", "invoice_no")))
    assert not any(map(is_id_column, ("paid", "valid", "amount", "note", "kind")))


@given(st.text() | st.text("+0123456789 -/ABZ@.é²٣", max_size=60))
def test_any_text_is_masked_the_same_way_twice_and_keeps_its_lines(text: str) -> None:
    first, second = Mask(seed=1), Mask(seed=1)
    masked = first.text(text, "text")
    assert masked == second.text(text, "text") == first.text(text, "text")
    assert len(masked.splitlines()) == len(text.splitlines())
