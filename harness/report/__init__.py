"""Findings become something that people and machines read: one writer each, one verdict."""
