"""How many mutants of three correct services the default check finds: a measure on defects that nobody chose."""
