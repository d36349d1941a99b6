"""Ops on records."""
