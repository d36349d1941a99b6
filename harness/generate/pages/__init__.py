"""Ops on pages."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.pages import (  # noqa: F401
        containers,
        fax,
        fax_feed,
        fax_header,
        fax_marks,
        fax_mmr,
        fax_sheets,
        fax_tone,
        house_ops,
        language_ops,
        nothing,
        paper_ops,
        refax,
        scan,
        speckle,
    )
    from harness.generate.pages.hand import correcting, filling, notes  # noqa: F401
    from harness.generate.pages.native import invoice_ops  # noqa: F401
