"""JSON as text: tokens, situations, and output that a strict writer refuses."""
