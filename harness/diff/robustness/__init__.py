"""Robustness tests: generators that ask for rounds of requests and end with a result."""
