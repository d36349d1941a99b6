"""Ops on pages."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.pages import containers, fax, language_ops, nothing, refax, scan, speckle  # noqa: F401
