"""Ops on pages."""
