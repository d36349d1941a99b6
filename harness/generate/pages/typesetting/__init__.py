"""Fonts, and text set on a sheet with a box for every word."""
