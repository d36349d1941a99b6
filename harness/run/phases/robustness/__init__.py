"""The robustness tests of a run, one module per test, and their driver."""
