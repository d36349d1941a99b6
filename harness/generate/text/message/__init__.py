"""Ops on the content of a message and on what surrounds it."""
