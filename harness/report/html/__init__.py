"""The report page: one self-contained file to carry into the meeting."""
