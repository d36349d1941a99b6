"""Faults on the way: an httpx transport before the target, an HTTP relay before what the service itself calls."""
