"""Ops on records."""


def register() -> None:
    """Import the modules whose decorators register the ops."""
    from harness.generate.records.forms import columns, edi, table, xml  # noqa: F401, I001
    from harness.generate.records import anchors, conflicts, fields, ids, json_ops, not_numbers, nudge  # noqa: F401
    from harness.generate.records import doubtful, names, nesting, values  # noqa: F401
