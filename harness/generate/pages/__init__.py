"""Ops on pages."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.pages import (  # noqa: F401
        containers,
        fax,
        house_ops,
        language_ops,
        nothing,
        paper_ops,
        refax,
        scan,
        speckle,
    )
