"""When the requests of a load run are due: one grammar, and a pure function of the seed for each schedule."""
