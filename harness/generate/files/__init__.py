"""Ops on files."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.files import (  # noqa: F401
        archives,
        comments,
        labels,
        mail,
        mail_beside,
        office,
        pdf_broken,
        pdf_odd,
        ticket_mail,
        transfers,
        uploads,
    )
