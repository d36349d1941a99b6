"""Files become pages and pages become files."""
