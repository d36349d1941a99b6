"""Relays between a service and its upstreams: connections, messages, and what a fault does to them."""
