"""`harness serve proxy`: the relay as a part of its own."""

import json
import re
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.endpoints.command import ended, harness, start
from tests.endpoints.server import serving

FAULTS = """
[[fault]]
kind = "too_many_requests"
where = "erp"
path = "/score"
[[fault]]
kind = "hang"
where = "target"
"""


@contextmanager
def proxy(here: Path, upstream: str, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Where the relay of the running command listens, and its process."""
    url = upstream.rpartition("/")[0]
    (here / "own.toml").write_text(
        f'[[upstream]]\nname = "erp"\nurl = "{url}"\nlisten = "127.0.0.1:0"\n', encoding="utf-8"
    )
    process = start("serve", "proxy", "--config", "own.toml", *more, cwd=here)
    try:
        assert process.stdout
        first = process.stdout.readline()
        found = re.fullmatch(rf"erp: (http://127\.0\.0\.1:\d+) forwards to {re.escape(url)}\n", first)
        assert found, first
        while (line := process.stdout.readline()) != "stop it with Ctrl-C\n":
            assert process.poll() is None
            if api := re.fullmatch(r"control: (http://127\.0\.0\.1:\d+) \(token (\S+)\)\n", line):
                process.control = api[1], api[2]  # type: ignore[attr-defined]
        yield found[1], process
    finally:
        process.kill()


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_it_passes_on_until_it_is_stopped_and_says_what_came_through(tmp_path: Path, kind: signal.Signals) -> None:
    with serving(lambda body: (200, body)) as upstream, proxy(tmp_path, upstream) as (url, process):
        assert httpx.post(f"{url}/score", content=b"\x00\xff", trust_env=False).content == b"\x00\xff"
        process.send_signal(kind)
        said = ended(process)
    assert (said.code, said.err) == (0, "")
    assert said.out == "erp: 1 exchanges\n"


def test_faults_are_in_force_and_each_exchange_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(FAULTS, encoding="utf-8")
    more = ("--faults", "faults.toml", "--record", "passed.jsonl")
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with serving(lambda body: (200, body)) as upstream, proxy(tmp_path, upstream, *more) as (url, process):
        reply = httpx.post(f"{url}/score", content=b"x", headers={"traceparent": trace}, trust_env=False)
        assert (reply.status_code, reply.headers["retry-after"]) == (429, "1")
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 404
        process.send_signal(signal.SIGINT)
        said = ended(process)
    assert said.out.endswith("erp: 2 exchanges, erp.too_many_requests 1\n")
    rows = [json.loads(line) for line in (tmp_path / "passed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["path"], row["status"], row["fault"]) for row in rows] == [
        ("/score", 429, "erp.too_many_requests"),
        ("/health", 404, ""),
    ]
    assert rows[0]["trace"] == "0af7651916cd43dd8448eb211c80319c"
    assert all(row["started"] <= row["ended"] for row in rows)


def test_without_an_upstream_it_says_how_one_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = harness("serve", "proxy")
    assert (said.code, said.out) == (4, "")
    assert 'harness.toml: no [[upstream]] to relay\n  [[upstream]]\n  name = "erp"' in said.err


def test_a_port_that_is_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        Path("harness.toml").write_text(
            f'[[upstream]]\nname = "erp"\nurl = "http://127.0.0.1:{port}"\nlisten = "127.0.0.1:{port}"\n',
            encoding="utf-8",
        )
        said = harness("serve", "proxy")
    assert said.code == 4
    assert f"the relay of erp cannot listen on 127.0.0.1:{port}: Address already in use" in said.err


def test_an_upstream_that_cannot_be_reached_is_told_before_anything_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        Path("harness.toml").write_text(
            f'[[upstream]]\nname = "erp"\nurl = "http://127.0.0.1:{port}"\nlisten = "127.0.0.1:0"\n', encoding="utf-8"
        )
        said = harness("serve", "proxy")
    assert said.code == 4
    assert f'upstream "erp": 127.0.0.1:{port} cannot be reached: Connection refused\n  start it before' in said.err


def test_tls_and_tcp_do_not_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("harness.toml").write_text(
        '[[upstream]]\nname = "db"\nurl = "tcp://127.0.0.1:5432"\nlisten = "https://127.0.0.1:0"\n', encoding="utf-8"
    )
    said = harness("serve", "proxy")
    assert said.code == 4
    assert 'upstream "db": listen is https://, and url is tcp://\n  TLS passes through' in said.err


def test_a_relay_with_tls_says_how_a_service_comes_to_trust_it(tmp_path: Path) -> None:
    with serving(lambda body: (200, body)) as upstream:
        url = upstream.rpartition("/")[0]
        (tmp_path / "own.toml").write_text(
            f'[[upstream]]\nname = "erp"\nurl = "{url}"\nlisten = "https://127.0.0.1:0"\n', encoding="utf-8"
        )
        process = start("serve", "proxy", "--config", "own.toml", cwd=tmp_path)
        try:
            assert process.stdout
            first, trust = process.stdout.readline(), process.stdout.readline()
            relay = re.search(r"https://127\.0\.0\.1:\d+", first)
            file = re.search(r"SSL_CERT_FILE=(\S+) \(or REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS\)", trust)
            assert relay, first
            assert file, trust
            context = ssl.create_default_context(cafile=file[1])
            assert httpx.post(f"{relay[0]}/score", content=b"x", verify=context, trust_env=False).content == b"x"
        finally:
            process.send_signal(signal.SIGINT)
            ended(process)
    assert (tmp_path / "reports" / "relay-ca" / "authority.pem").stat().st_mode & 0o077 == 0


def test_a_test_suite_changes_the_faults_of_a_running_proxy_with_its_token(tmp_path: Path) -> None:
    with serving(lambda body: (200, body)) as upstream, proxy(tmp_path, upstream, "--control", "0") as (url, process):
        assert process.stdout
        api, token = process.control  # type: ignore[attr-defined]
        with httpx.Client(base_url=api, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as control:
            assert control.get("/faults").json() == {"faults": []}
            assert httpx.get(f"{api}/faults", trust_env=False).status_code == 401
            wrong = {"Authorization": "Bearer no"}
            assert httpx.put(f"{api}/faults", content=FAULTS, headers=wrong, trust_env=False).status_code == 401

            put = control.put("/faults", content=FAULTS)
            assert put.json() == {"faults": [{"name": "erp.too_many_requests", "kind": "too_many_requests", "met": 0}]}
            assert httpx.post(f"{url}/score", content=b"x", trust_env=False).status_code == 429
            refused = control.put("/faults", content='[[fault]]\nkind = "resett"\nwhere = "erp"\n')
            assert refused.status_code == 400
            assert 'faults.toml:2: unknown fault "resett"\n  did you mean "reset"?' in refused.json()["error"]
            assert [one["met"] for one in control.get("/faults").json()["faults"]] == [1]  # as before the mistake

            assert control.delete("/faults").json() == {"faults": []}
            assert httpx.post(f"{url}/score", content=b"x", trust_env=False).status_code == 200
            assert control.get("/exchanges").json() == {"exchanges": {"erp": 2}}
            assert control.get("/nothing").status_code == 404
            assert control.put("/faults", content=b"#" * 2_000_000).status_code == 413
            assert control.put("/faults?seconds=soon", content=FAULTS).status_code == 400
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 0


def test_faults_of_a_suite_that_died_end_by_themselves(tmp_path: Path) -> None:
    with serving(lambda body: (200, body)) as upstream, proxy(tmp_path, upstream, "--control", "0") as (url, process):
        api, token = process.control  # type: ignore[attr-defined]
        headers = {"Authorization": f"Bearer {token}"}
        httpx.put(f"{api}/faults?seconds=0.5", content=FAULTS, headers=headers, trust_env=False)
        assert httpx.post(f"{url}/score", content=b"x", trust_env=False).status_code == 429
        time.sleep(0.7)
        assert httpx.post(f"{url}/score", content=b"x", trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 0
