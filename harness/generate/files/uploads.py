"""Failures of an upload: it is cut off, arrives empty, or is not what it claims to be."""

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
"""Harmless: no script, no link and nothing to fetch."""


@op("file.truncate", layer="bytes", kind="graded", effect="destroyed")
def truncate(file: File, severity: int, draw: Stream) -> File:
    """Cut off the end of the file, as a broken upload or a full disk does.

    severity: share of the bytes cut off, 5 to 95 % in ten even steps, rounded up.
    Source: our own range; a transfer can stop anywhere.
    """
    percent = 10 * severity - 5
    kept = len(file.content) - ceil(len(file.content) * percent / 100)
    return replace(file, content=file.content[:kept])


@op("file.empty", layer="bytes", kind="binary", effect="destroyed")
def empty(file: File, severity: int, draw: Stream) -> File:
    """Send zero bytes under the file's own name and type, as a scanner or a sync job with a full disk does.

    severity: binary, 0 or 10.
    Source: our own; the most common broken upload.
    """
    return replace(file, content=b"")


@op("file.wrong_type", layer="bytes", kind="binary", effect="destroyed")
def wrong_type(file: File, severity: int, draw: Stream) -> File:
    """Send a gateway's HTML error page under the file's own name and type.

    A job that fetches documents and ignores the status stores such a page. The page is inert: plain markup without a
    script, a link or an image.
    severity: binary, 0 or 10.
    Source: our own; the wording of a web server's default page for status 502.
    """
    return replace(file, content=GATEWAY_PAGE)
