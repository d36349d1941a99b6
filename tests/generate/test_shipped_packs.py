"""The packs that come with the harness."""

import pytest

from harness.generate.packs import read_pack, shipped_packs

NAMES = (
    *("malformed_records", "malformed_uploads", "multilingual_documents", "multilingual_text", "pilot"),
    *(
        "fax_gateways",
        "handwritten_notes",
        "locale_values",
        "noisy_text",
        "papers_from_abroad",
        "photographed_documents",
    ),
    *("nothing_to_route", "scanned_faxes", "unbriefed_users", "unfamiliar_invoices", "wrong_paper"),
)


def test_these_packs_are_shipped() -> None:
    assert set(NAMES) <= set(shipped_packs())


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_pack_is_read_and_its_readme_tells_every_scenario(name: str) -> None:
    pack = read_pack(name)
    readme = (pack.path.parent / "README.md").read_text(encoding="utf-8")
    assert pack.name == name
    assert pack.summary
    assert [s.id for s in pack.scenarios if f"`{s.id}`" not in readme] == []


def test_what_cannot_be_read_and_what_is_no_invoice_is_expected_to_be_refused() -> None:
    refused = {s.id for name in NAMES for s in read_pack(name).scenarios if s.expect == "reject"}
    assert refused == {"truncated", "not_a_number", "empty", "wrong_type", "delivery_note", "looks_like_one"}
