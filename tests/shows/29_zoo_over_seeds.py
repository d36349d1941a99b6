"""The same with other seeds: defects are found by their reason, a correct service is never no-go, no change flagged."""
# slow: some three hundred whole checks, one hour

import sys

from tests.zoo.__main__ import main
from tests.zoo.matrix import Seeds

if __name__ == "__main__":
    sys.exit(main(Seeds(defects=3, harmless=20, documents=5)))
