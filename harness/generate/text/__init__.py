"""Ops on text."""
