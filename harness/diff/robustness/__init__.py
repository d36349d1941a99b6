"""Robustness tests: generators that yield rounds of requests and return a result."""
