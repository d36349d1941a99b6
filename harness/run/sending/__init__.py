"""Everything that talks to the target: permission, sending, starting, and working out what the target is."""
