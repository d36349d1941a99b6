"""What a load run shows about the service as a whole: its rate, and its answers while many requests are in flight."""
