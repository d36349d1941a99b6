"""What happens to paper: folds, stamps, stains, staples and wear."""
