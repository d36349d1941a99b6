"""Shares and figures with exact bounds, and the exact test of two shares."""
