"""Simulated handwriting: notes on printed pages, and values filled in by hand."""
