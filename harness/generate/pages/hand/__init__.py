"""Simulated handwriting: what people add to printed pages, and what they fill in."""
