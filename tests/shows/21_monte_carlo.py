"""The gate stops few unchanged releases, and a budget spent on cases finds as much as any split into repeats."""
# slow: twenty thousand simulated releases, some four minutes

import sys

from tests.speed.gate_monte_carlo import main

if __name__ == "__main__":
    sys.exit(main([]))
