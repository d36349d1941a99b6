"""Fault injection: an httpx transport in front of the target, and HTTP relays in front of its upstreams."""
