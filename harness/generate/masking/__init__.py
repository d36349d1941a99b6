"""Replace personal data by values of the same shape."""
