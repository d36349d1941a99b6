"""Ops on what a message says and what stands around it."""
