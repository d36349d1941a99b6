"""Correct small services, planted silent defects and benign variations: what the harness has to find, and to let be."""
