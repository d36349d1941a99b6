"""Locust as people use it for a fixed rate: twenty users, each pacing itself to ten requests a second."""

import json
from typing import Any

from locust import FastHttpUser, constant_throughput, events, task

from tests.endpoints.orders import COUNTRIES

ORDER = {"order_id": "1", "country": min(COUNTRIES), "quantity": 2, "unit_price": 9.5, "discount": 0.0}
BODY = json.dumps({**ORDER, "express": False, "note": "call before you deliver it"})


class Paced(FastHttpUser):
    wait_time = constant_throughput(10)

    @task
    def send(self) -> None:
        self.client.post("/score", data=BODY, headers={"Content-Type": "application/json"})


def _tell(environment: Any, **_: Any) -> None:
    total = environment.stats.total
    p95, p99 = (total.get_response_time_percentile(share) for share in (0.95, 0.99))
    print("STOCK", total.num_requests, p95, p99, flush=True)


events.quitting.add_listener(_tell)  # type: ignore[no-untyped-call]
