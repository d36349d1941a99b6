"""A bare FastHttpUser: one prebuilt body, again and again, and the processor time that it took."""

import time
from typing import Any

from locust import FastHttpUser, constant, events, task

BODY = b'{"order_id": "000001", "country": "DE", "quantity": 3, "note": "leave at the back door please"}'
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_began: list[float] = []


class Bare(FastHttpUser):
    wait_time = constant(0)

    @task
    def send(self) -> None:
        self.client.post("/score", data=BODY, headers=HEADERS)  # type: ignore[arg-type]  # bytes go out as they are


def _start(**_: Any) -> None:
    _began.append(time.process_time())


def _stop(environment: Any, **_: Any) -> None:
    used = time.process_time() - _began[0]
    total = environment.stats.total
    print(f"BARE {total.num_requests} {total.num_failures} {used:.3f}", flush=True)


events.test_start.add_listener(_start)  # type: ignore[no-untyped-call]
events.test_stop.add_listener(_stop)  # type: ignore[no-untyped-call]
