"""Effects of scanners, cameras and messengers on a page."""
