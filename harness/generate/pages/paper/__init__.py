"""Changes to paper: folds, stamps, stains, staples and wear."""
