"""Judged replies -> rates with intervals, gate lines, breaking points and findings. Pure functions, no I/O."""
