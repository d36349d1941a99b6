"""Ops on text."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.text import (  # noqa: F401
        around,
        below,
        encodings,
        figures,
        fingers,
        injections,
        inserted,
        instead,
        letters,
        mail,
        nothing,
        ocr,
        opening,
        preamble,
        shape,
        sheets,
        spoken,
        tongues,
        turned,
        unicode_form,
        written,
    )
