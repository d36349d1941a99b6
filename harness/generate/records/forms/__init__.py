"""Records in other formats than JSON: CSV, XML, EDI segments and fixed-width columns, and their typical errors."""
