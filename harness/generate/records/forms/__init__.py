"""Records in other forms than JSON: CSV, XML, EDI segments and columns of fixed width, and what goes wrong in them."""
