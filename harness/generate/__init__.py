"""Samples and packs become cases: bases, ops, encoders, addresses."""
