"""Ops on letters, digits and their encodings."""
