"""Pixel arithmetic that the page ops share."""
