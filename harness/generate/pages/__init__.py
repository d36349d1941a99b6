"""Ops on pages."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.pages import camera, fax, folds, language_ops, light, nothing, refax, scan, speckle  # noqa: F401
