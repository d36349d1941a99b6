"""Two sides of a comparison as data: baselines, columns of cases, and the difference between them."""
