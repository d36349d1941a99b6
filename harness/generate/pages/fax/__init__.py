"""Effects of fax machines and phone lines on a page."""
