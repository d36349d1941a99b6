"""What scanners, cameras and messengers do to a page."""
