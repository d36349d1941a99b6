"""The words of each kind of finding: what broke, the evidence, what to try."""
