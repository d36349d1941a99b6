"""Ops on text."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.text import nothing, ocr, opening, preamble, unicode_form  # noqa: F401
