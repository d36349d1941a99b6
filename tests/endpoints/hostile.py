"""A service that prices every order that it can read, and gives hostile replies to the others.

python -m tests.endpoints.hostile
"""

import json
from itertools import count

from tests.endpoints.orders import price
from tests.endpoints.server import Answer

SAID = (
    "<script>document.title='pwned';alert('script')</script>",
    "<svg onload=\"alert('svg')\"><animate onbegin=alert(1) attributeName=x></svg>",
    "<img src=x onerror=\"alert('img')\">",
    "</style><style>body{display:none!important}</style>",
    "\"'><iframe src=\"javascript:alert('frame')\"></iframe>",
    '<link rel=stylesheet href="http://evil.invalid/x.css"><base href="http://evil.invalid/">',
    "@import url(http://evil.invalid/x.css); background: url(http://evil.invalid/y.png)",
    "<a href=\"javascript:alert('link')\" autofocus onfocus=alert(1)>click me</a>",
    "</script></title></textarea><!-- ]]> --><plaintext>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}${7*7}",
    "\x1b[31mred\x1b]0;owned\x07\x1b[2J\x08\x00",
    "\u202eevil\u2066 \u200b\u2028",
    "\ud800half a character",
    "Z\u0351\u036b\u0343" * 40,
    "<b>" + "wide" * 30_000,
    "![x](http://evil.invalid/p.png) @everyone #1 [y](javascript:alert(1)) `` ` ``` | | <details>",
)


def hostile() -> Answer:
    """The service; each order that it cannot read gets the next reply in `SAID`."""
    turn = count()

    def answer(body: bytes) -> tuple[int, object]:
        try:
            return 200, {"result": price(json.loads(body)), "needs_review": False}
        except (KeyError, TypeError, ValueError):
            said = SAID[next(turn) % len(SAID)]
            return 200, {"result": {"total": said, "carrier": said[::-1]}, "needs_review": False}

    return answer
