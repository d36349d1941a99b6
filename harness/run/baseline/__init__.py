"""Baselines of a run: found, compared, and read as one side of a comparison."""
