"""What fax machines and phone lines do to a page."""
