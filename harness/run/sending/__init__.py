"""Everything that talks to the target: permission, sending, starting, and discovery of the target."""
