"""The schema of a record: read from a file, or inferred from the samples."""
