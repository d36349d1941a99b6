"""What every step shares: frozen data types, seed streams, intervals, errors and the one `decide`."""
