"""Ops on files."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.files import comments, uploads  # noqa: F401
