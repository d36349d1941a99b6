"""JSON as text: tokens, situations, and writing what a strict writer refuses."""
