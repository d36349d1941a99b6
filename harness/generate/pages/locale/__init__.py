"""How countries and houses write amounts, dates and names."""
