"""The ticket service as a process, for `[target] start`.

    python -m tests.zoo.started NAME PORT

NAME: of a ticket defect, or `correct`.
"""

import sys
import time

from tests.endpoints.server import serving
from tests.zoo.running import PATHS
from tests.zoo.ticket import Ticket
from tests.zoo.ticket_defects import DEFECTS


def main() -> None:
    name, port = sys.argv[1:]
    service = next((one.wrap(Ticket()) for one in DEFECTS if one.name == name), Ticket())
    with serving(service, PATHS["ticket"], port=int(port)):
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
