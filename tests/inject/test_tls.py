"""TLS on both sides of a relay: who trusts it, whom it trusts, and what its faults look like through it."""

import errno
import os
import socket
import ssl
from pathlib import Path

import httpx
import pytest

from harness.core.errors import ConfigError
from harness.core.integration.upstreams import Upstream
from harness.inject.relays.reach import check_reach
from harness.inject.relays.tls import Authority, authority
from tests.endpoints.server import serving
from tests.endpoints.upstream import errno_of, fault, relay_before

BODY = b'{"total": 12.5}'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


def trusting(made: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(made.bundle))


def test_a_client_that_trusts_the_bundle_gets_every_byte(made: Authority) -> None:
    with serving(lambda body: (200, body)) as url, relay_before(url, certified=made.server_context()) as standing:
        assert standing.url.startswith("https://127.0.0.1:")
        with httpx.Client(verify=trusting(made), trust_env=False) as client:
            for size in (0, 1, 300_000):
                body = bytes(k % 251 for k in range(size))
                assert client.post(standing.url, content=body).content == body


def test_a_client_that_does_not_trust_it_gets_no_answer(made: Authority) -> None:
    with serving(lambda body: (200, body)) as url, relay_before(url, certified=made.server_context()) as standing:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.post(standing.url, content=b"x", trust_env=False)
        assert standing.exchanges == []


def test_the_authority_is_kept_and_its_key_is_for_its_owner_only(tmp_path: Path) -> None:
    first, again = authority(tmp_path), authority(tmp_path)
    assert first.certificate == again.certificate
    assert (tmp_path / "authority.pem").stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" not in first.bundle.read_bytes()


def test_the_authority_can_vouch_for_no_other_machine(made: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.inject.relays.tls.NAMES", ("example.org",))
    context = trusting(made)
    with (
        serving(lambda body: (200, body)) as url,
        relay_before(url, certified=made.server_context()) as standing,
        socket.create_connection(standing.address, timeout=5) as peer,
        pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"),
    ):
        context.wrap_socket(peer, server_hostname="example.org")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", httpx.RemoteProtocolError),  # Python's ssl module takes a reset for the end of the stream
        ("truncated", httpx.RemoteProtocolError),
        ("hang", httpx.ReadTimeout),
    ],
)
def test_a_client_sees_the_same_faults_through_tls(made: Authority, kind: str, error: type[Exception]) -> None:
    with (
        serving(lambda _: (200, BODY)) as url,
        relay_before(url, [fault(kind, at="response")], certified=made.server_context()) as standing,
        pytest.raises(error),
    ):
        httpx.post(standing.url, content=b"x", verify=trusting(made), trust_env=False, timeout=0.5)


def test_a_reset_is_econnreset_under_tls_too(made: Authority) -> None:
    with (
        serving(lambda _: (200, BODY)) as url,
        relay_before(url, [fault("reset")], certified=made.server_context()) as standing,
        socket.create_connection(standing.address, timeout=5) as plain,
        trusting(made).wrap_socket(plain, server_hostname="127.0.0.1") as peer,
    ):
        peer.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        with socket.socket(fileno=os.dup(peer.fileno())) as below:
            below.settimeout(5)
            assert errno_of(below) == errno.ECONNRESET


def test_an_upstream_with_tls_is_called_if_its_authority_is_trusted(
    made: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda body: (200, body)) as url, relay_before(url, certified=made.server_context()) as upstream:
        entry = Upstream(name="erp", url=upstream.url.rpartition("/")[0])
        with pytest.raises(ConfigError, match=r'"erp": the certificate of 127.0.0.1:\d+ is not trusted: .*\n  export'):
            check_reach(entry)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.bundle))
        check_reach(entry)
        with relay_before(upstream.url) as standing:
            assert httpx.post(standing.url, content=b"x", trust_env=False).content == b"x"


def test_an_upstream_that_does_not_speak_tls_is_told() -> None:
    with serving(lambda body: (200, body)) as url:
        entry = Upstream(name="erp", url=url.replace("http", "https").removesuffix("/score"))
        with pytest.raises(
            ConfigError, match=r'"erp": 127.0.0.1:\d+ does not answer by TLS\n  if it is not encrypted: url'
        ):
            check_reach(entry)
