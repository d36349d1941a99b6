"""Convert files to pages and pages to files."""
