"""Ops on pages."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.pages import containers, fax, language_ops, nothing, refax, scan, speckle  # noqa: F401, I001
    from harness.generate.pages import camera, lens, light, recompress, screen  # noqa: F401
    from harness.generate.pages import fastened, folds, marks, stamp, wear  # noqa: F401
