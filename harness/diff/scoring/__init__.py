"""One answer against its truth, field by field."""
