"""A load run: what was asked for, what it found, and what is seen while it runs."""
