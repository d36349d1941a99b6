"""Load over Locust, in a separate process. `PackUser` is for your own locustfiles.

Importing Locust patches sockets and threads of the whole process, so it is imported only if `PackUser` is used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.load.pack_user import PackUser

__all__ = ["PackUser"]


def __getattr__(name: str) -> Any:
    if name == "PackUser":
        from harness.load.pack_user import PackUser

        return PackUser
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
