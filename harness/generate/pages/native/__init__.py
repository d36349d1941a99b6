"""Papers as they are made in other countries: their words, their figures, their direction."""
