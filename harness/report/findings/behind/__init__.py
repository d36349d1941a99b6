"""Words about what fails on the way to the service and behind it, and what the service does then."""
