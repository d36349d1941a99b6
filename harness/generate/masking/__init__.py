"""Personal data replaced by values of the same shape."""
