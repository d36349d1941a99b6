"""What a recorded request costs the client: `harness load` against a bare FastHttpUser, in turns on one core."""
# slow: ten runs of some seconds

import sys

from tests.speed.load_client import main

if __name__ == "__main__":
    sys.exit(main())
