"""Ops on text."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.text import ocr, opening  # noqa: F401
