"""Ops on pages."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.pages import containers, fax, language_ops, nothing, refax, scan, speckle  # noqa: F401
    from harness.generate.pages.hand import correcting, filling, notes  # noqa: F401
    from harness.generate.pages.native import invoice_ops  # noqa: F401
