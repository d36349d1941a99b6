"""What failing cases have in common, and what else a person should know about a run."""
