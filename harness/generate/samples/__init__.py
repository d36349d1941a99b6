"""Readers of the samples and of their truth."""
