"""Ops on the fields of a record, and the sites where they apply."""
