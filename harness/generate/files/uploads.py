"""What goes wrong with a file on its way up: it breaks off, arrives empty, or is not what it says."""

from dataclasses import replace
from math import ceil

from harness.core.seed import Stream
from harness.generate.payloads import File
from harness.generate.registry import op

GATEWAY_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>502 Bad Gateway</title></head>
<body>
<h1>502 Bad Gateway</h1>
<p>The document store did not answer in time. Please try again later.</p>
</body>
</html>
"""
"""Inert: no script, no link, nothing to fetch."""


@op("file.truncate", layer="bytes", kind="dose", effect="destroyed")
def truncate(file: File, severity: int, draw: Stream) -> File:
    """Cut the end of the file off, as a broken upload or a full disk does.

    severity: share of the bytes cut off, 5 to 95 % in ten even steps, rounded up.
    Source: our own range; a transfer may break off anywhere.
    """
    percent = 10 * severity - 5
    kept = len(file.content) - ceil(len(file.content) * percent / 100)
    return replace(file, content=file.content[:kept])


@op("file.empty", layer="bytes", kind="switch", effect="destroyed")
def empty(file: File, severity: int, draw: Stream) -> File:
    """Send zero bytes under the file's own name and type, as a scanner or a sync job does that had no disk space.

    severity: a switch, 10 alone.
    Source: our own; the commonest broken upload there is.
    """
    return replace(file, content=b"")


@op("file.wrong_type", layer="bytes", kind="switch", effect="destroyed")
def wrong_type(file: File, severity: int, draw: Stream) -> File:
    """Put a gateway's HTML error page where the file was, under its own name and type.

    That is what a job stores that fetches documents and does not look at the status. The page is inert: plain markup
    without a script, a link or an image.
    severity: a switch, 10 alone.
    Source: our own; a web server's stock page for status 502, in its wording.
    """
    return replace(file, content=GATEWAY_PAGE)
