"""What to do if the reader of our output closed the pipe (`| head`)."""

import os
from typing import TextIO


def discard_output(stream: TextIO) -> None:
    """Discard the output that is still to be written, so that the final flush does not fail on a closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
