"""The sample in a mail."""
