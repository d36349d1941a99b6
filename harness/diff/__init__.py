"""From judged replies to rates with intervals, criteria, breaking points and findings. Pure functions, no I/O."""
