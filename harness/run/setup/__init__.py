"""Everything before the first case: configuration, inputs, budget and price."""
