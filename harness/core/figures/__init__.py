"""Numbers, amounts of money and dates as people and machines write them."""
