"""What a record may be: read from a schema, or inferred from the samples."""
