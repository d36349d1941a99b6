"""The version of the harness, as `--version` prints it and run.json keeps it."""

VERSION = "0.1.0"
