"""The protocol `python`: call a function of the team instead of a service, for the start of a project."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from functools import lru_cache

from harness.core.errors import TargetError
from harness.core.loading.imported import named_object

TAKES = "it must take the bytes of a case and return the reply"


@lru_cache(maxsize=8)
def load(name: str) -> Callable[[bytes], object]:
    """The function that `module:function` names, also searched in this folder. TargetError if it does not exist."""
    return named_object(name, TargetError, use="the target", noun="function", hint=TAKES)  # type: ignore[no-any-return]


def call(name: str, content: bytes) -> tuple[int, bytes]:
    """Call the function, and return status and body as a service would.

    The function takes the bytes of a case and returns a value that JSON can hold. ValueError is a rejection (422), any
    other exception is a crash (500).
    """
    function = load(name)
    try:
        answer = function(content)
    except ValueError as reason:
        return 422, _json({"error": str(reason)})
    except (Exception, SystemExit) as reason:
        return 500, _json({"error": f"{type(reason).__name__}: {reason}"})
    try:
        return 200, _json(answer)
    except (ValueError, TypeError, RecursionError) as reason:
        return 500, _json({"error": f"returned a value that JSON cannot hold: {reason}"})


async def call_aside(name: str, content: bytes) -> tuple[int, bytes]:
    """`call` in a separate thread that is abandoned after the deadline, because a function may hang."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[tuple[int, bytes]] = loop.create_future()

    def settle(got: tuple[int, bytes] | None, wrong: Exception | None) -> None:
        if done.done():
            return
        if got is not None:
            done.set_result(got)
        elif wrong is not None:
            done.set_exception(wrong)

    def work() -> None:
        got, wrong = None, None
        try:
            got = call(name, content)
        except Exception as reason:
            wrong = reason
        with contextlib.suppress(RuntimeError):  # the run may have ended
            loop.call_soon_threadsafe(settle, got, wrong)

    threading.Thread(target=work, daemon=True, name="harness-python").start()
    return await done


def _json(value: object) -> bytes:
    return json.dumps(value, default=str).encode()
