"""What a service calls, what fails on the way there, and what it writes."""
