"""The packs that come with the harness."""

import pytest

from harness.generate.recipes.pack_folders import shipped_packs
from harness.generate.recipes.packs import read_pack

NAMES = (
    *("doubtful_records", "population_shift"),
    *("malformed_records", "malformed_uploads", "multilingual_documents", "multilingual_text", "pilot"),
    *("fax_gateways", "handwritten_notes", "locale_values", "noisy_text", "papers_from_abroad"),
    *("photographed_documents", "giant_files", "hostile_files", "mailed_files", "odd_containers", "odd_pdfs"),
    "packed_files",
    *("nothing_to_route", "scanned_faxes", "unbriefed_users", "unfamiliar_invoices", "wrong_paper"),
    *("malformed_json", "record_formats"),
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
    packs = [read_pack(name) for name in NAMES if name != "malformed_json"]
    refused = {s.id for pack in packs for s in pack.scenarios if s.expect == "reject"}
    assert refused == {
        *("truncated", "not_a_number", "empty", "wrong_type", "delivery_note", "looks_like_one"),
        *("encrypted", "no_pages", "one_byte", "header_only", "blank", "mail_with_nothing", "zip_locked"),
        *("giant_page", "zip_bomb", "nested_bomb", "beyond_limits", "beyond_length"),
    }
    # Here a refusal is demanded only where the body turns out to be no JSON to anybody.
    assert {s.expect for s in read_pack("malformed_json").scenarios} == {"reject"}


def test_hostile_files_never_demand_an_answer_and_those_that_do_are_asked_where_they_are_named() -> None:
    for name, opt_in in {"hostile_files": False, "mailed_files": True, "packed_files": True, "odd_pdfs": True}.items():
        pack = read_pack(name)
        assert pack.opt_in is opt_in
        for scenario in pack.scenarios:
            effects = {one.op.effect for one in scenario.ops}
            assert (effects == {"destroyed"} or scenario.expect in ("reject", "hand_over")) is not opt_in
