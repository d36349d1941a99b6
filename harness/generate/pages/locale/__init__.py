"""How countries and companies write amounts, dates and names."""
