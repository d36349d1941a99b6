"""The pilot as a service: real processes, real sockets."""

import csv
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from harness.core.errors import TargetError
from harness.core.loading.shipped import shipped
from harness.demo.app import describe_api
from harness.demo.erp import CLIENT, DEFAULT_SECRET, search
from harness.demo.lookup import NO_VENDOR, VendorLookup
from harness.demo.serve import running_pilot
from harness.generate.pages.locale.tables import all_vendors

SAMPLES = shipped("fixtures") / "pilot"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def erp_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def pilot(erp_port: int) -> Iterator[str]:
    with running_pilot(erp_port=erp_port) as url:
        yield url


def post(url: str, content: bytes, field: str = "file") -> httpx.Response:
    return httpx.post(f"{url}/extract", files={field: ("page", content)}, trust_env=False, timeout=30)


def sample(number: int) -> tuple[bytes, dict[str, str]]:
    with (SAMPLES / "truth.csv").open(encoding="utf-8", newline="") as file:
        row = list(csv.DictReader(file))[number]
    return (SAMPLES / row.pop("file")).read_bytes(), row


def saved(kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image = Image.open(BytesIO(sample(0)[0]))
    (image.convert("1") if options.get("compression") == "group4" else image).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("number", [0, 4, 17])
def test_a_sample_makes_the_round_trip(pilot: str, number: int) -> None:
    content, truth = sample(number)
    reply = post(pilot, content).json()
    assert reply["fields"] == truth
    assert reply["confidence"] > 0.95
    assert reply["needs_review"] is False


def test_jpeg_and_bilevel_tiff_are_read_too(pilot: str) -> None:
    truth = sample(0)[1]
    assert post(pilot, saved("JPEG", quality=90)).json()["fields"] == truth
    assert post(pilot, saved("TIFF", compression="group4", dpi=(204, 196))).json()["fields"] == truth


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_is_no_image_is_refused_with_a_reason(pilot: str, content: bytes) -> None:
    reply = post(pilot, content)
    assert reply.status_code == 422
    assert reply.json() == {"detail": "not an image in a known format"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_truncated_image_is_refused_with_a_reason(pilot: str, kind: str) -> None:
    reply = post(pilot, saved(kind)[:20_000])
    assert reply.status_code == 422
    assert reply.json()["detail"].startswith("not a")


def test_a_form_without_the_file_is_refused(pilot: str) -> None:
    assert post(pilot, b"x", field="document").status_code == 422


def test_health_and_the_description_are_served(pilot: str) -> None:
    assert httpx.get(f"{pilot}/health", trust_env=False).json() == {"status": "ok"}
    assert httpx.get(f"{pilot}/openapi.json", trust_env=False).json() == describe_api()


def test_replies_are_not_held_back_by_delayed_acknowledgements(pilot: str) -> None:
    with httpx.Client(base_url=pilot, trust_env=False) as client:
        took = []
        for _ in range(7):
            start = time.perf_counter()
            client.get("/health")
            took.append(time.perf_counter() - start)
    assert min(took) < 0.03


def test_the_erp_wants_a_token(erp_port: int, pilot: str) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{erp_port}", trust_env=False) as erp:
        assert pilot
        assert erp.get("/vendors", params={"name": "Quillmark"}).status_code == 401
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": "wrong"}
        assert erp.post("/oauth/token", data=form).status_code == 401
        token = erp.post("/oauth/token", data={**form, "client_secret": DEFAULT_SECRET}).json()["access_token"]
        found = erp.get("/vendors", params={"name": "Quillmark Press"}, headers={"Authorization": f"Bearer {token}"})
        assert found.json()["vendors"][0]["name"] == "Quillmark Press"


def test_a_look_up_finds_every_vendor_by_its_name(erp_port: int, pilot: str) -> None:
    assert pilot
    with closing(VendorLookup(f"http://127.0.0.1:{erp_port}")) as lookup:
        assert [lookup.vendor_id(v.name) for v in all_vendors()] == [v.vendor_id for v in all_vendors()]
        assert lookup.vendor_id("Nobody & Nothing") == NO_VENDOR


def test_the_search_overlooks_accents_and_small_mistakes() -> None:
    assert search("Backerei Kohler & Sohne GmbH")[0]["name"] == "Bäckerei Köhler & Söhne GmbH"
    assert search("Quilmark Pres5")[0]["name"] == "Quillmark Press"
    assert search("") == []


def test_an_erp_that_is_down_goes_unnoticed() -> None:
    content, truth = sample(1)
    with running_pilot(erp_url=f"http://127.0.0.1:{free_port()}") as url:
        reply = post(url, content).json()
    assert reply["fields"] == {**truth, "vendor_id": NO_VENDOR}
    assert reply["needs_review"] is False


def test_the_pilot_ends_with_the_block() -> None:
    with running_pilot() as url:
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health", trust_env=False)


def test_the_pilot_ends_when_its_parent_is_killed() -> None:
    code = "from harness.demo.serve import running_pilot\nwith running_pilot() as u: print(u, flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdout
        url = parent.stdout.readline().strip()
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while answers(url) and time.monotonic() < until:
        time.sleep(0.05)
    assert not answers(url)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_a_pilot_that_cannot_start_says_why() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TargetError, match=f"port {port} on 127.0.0.1 is in use"), running_pilot(port=port):
            pass
