"""What the pytest plugin does once it is used; nothing of it is imported before."""
