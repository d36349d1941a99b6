"""Build cases from samples and packs: bases, ops, encoders, addresses."""
