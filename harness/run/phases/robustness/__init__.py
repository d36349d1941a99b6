"""The robustness tests of a run, one module a test, and what drives them."""
