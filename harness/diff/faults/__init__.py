"""The effect of faults in front of and behind the service on its answers."""
