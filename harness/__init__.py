"""golive-harness: a stress test that takes an AI system from pilot to production."""

__version__ = "0.1.0"
