"""The phases of a run, each of which sends cases and judges the replies."""
