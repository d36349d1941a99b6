"""Wires the steps into a run: a stream of typed events that writers consume."""
