"""Ops on files."""
