"""The coverage test: each field of a record alone, texts and lists in other sizes."""
