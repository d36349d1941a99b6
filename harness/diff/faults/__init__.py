"""What faults on the way to the service and behind it did to its answers."""
