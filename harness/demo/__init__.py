"""The embedded pilot: a small invoice reader behind HTTP, and a stand-in ERP. Start it: python -m harness.demo."""
