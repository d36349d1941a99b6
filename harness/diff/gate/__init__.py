"""Rates over the mix, the criteria of the gate, and breaking points."""
