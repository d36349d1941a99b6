"""Who may be called, and with which secrets."""

import pytest

from harness.core.errors import ConfigError
from harness.core.settings import Settings, Target
from harness.run.sending.permission import (
    HIDDEN,
    check_permission,
    is_loopback,
    resolve_headers,
    without_password,
    without_secrets,
)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/x",
        "http://localhost/x",
        "https://[::1]:8443/x",
        "http://127.9.9.9",
        "http://u:p@localhost/",
    ],
)
def test_this_machine_needs_no_permission(url: str) -> None:
    check_permission(Target(url=url))


@pytest.mark.parametrize(
    "host", ["example.com", "10.0.0.1", "0.0.0.0", "localhost.example.com", "127.0.0.1.example.com"]
)
def test_any_other_host_must_be_allowed_by_its_name(host: str) -> None:
    with pytest.raises(ConfigError, match=rf'host {host} is not this machine .*\n.*allow = \["{host}"\]'):
        check_permission(Target(url=f"http://{host}/x", allow=("other.example.com",)))
    check_permission(Target(url=f"http://{host}/x", allow=(host,)))


def test_hosts_are_allowed_whatever_their_case() -> None:
    check_permission(Target(url="http://Example.com/x", allow=("EXAMPLE.com",)))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://localhost/x", "is not the address of a service"),
        ("http:///x", "is not the address of a service"),
        ("http://[::1/x", "is not the address of a service: Invalid IPv6 URL"),
        ("http://localhost:99999/x", "has no valid port"),
        ("http://localhost:eight/x", "has no valid port"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        check_permission(Target(url=url))


@pytest.mark.parametrize("name", ["127.0.0.1:8000/x", "localhost:8000", "/x", "module", "module:a.b", "a b:c", ":f"])
def test_what_is_neither_address_nor_function_says_how_both_are_written(name: str) -> None:
    with pytest.raises(ConfigError, match=r"write http://127\.0\.0\.1:8000/path, or module:function"):
        check_permission(Target(url=name, protocol="python"))


def test_a_function_needs_no_permission() -> None:
    check_permission(Target(url="package.module:function", protocol="python"))


@pytest.mark.parametrize(
    ("host", "own"), [("localhost", True), ("::1", True), ("127.0.0.2", True), ("127.0.0.1.nip.io", False)]
)
def test_loopback_is_told_by_the_name_alone(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_headers_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TEST_TOKEN", "Bearer s3cret")
    target = Target(headers={"Authorization": "env:HARNESS_TEST_TOKEN", "X-Team": "blue"})
    assert resolve_headers(target) == (("Authorization", "Bearer s3cret"), ("X-Team", "blue"))


def test_a_variable_that_is_not_set_is_named_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TEST_TOKEN", "s3cret")
    with pytest.raises(ConfigError) as wrong:
        resolve_headers(Target(headers={"Authorization": "env:HARNESS_TEST_TOKN"}))
    assert 'did you mean "HARNESS_TEST_TOKEN"' in str(wrong.value)
    assert "s3cret" not in str(wrong.value)


@pytest.mark.parametrize("value", ["s3cret\r\nX: 1", "s3cret\n", " s3cret", "s3cr\u00e9t", "s3cret\0", "s3cret\x1b"])
def test_a_header_that_no_request_can_carry_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        resolve_headers(Target(headers={"Authorization": value}))
    assert "s3cr" not in str(wrong.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:s3@cret@h:1/x", f"http://{HIDDEN}@h:1/x"),
        ("http://me@h", f"http://{HIDDEN}@h"),
        ("http://me:s3cret@[::1/x", f"http://{HIDDEN}@[::1/x"),
        ("http://me:s3cret@h?a=b@c", f"http://{HIDDEN}@h?a=b@c"),
        ("http://h/a@b", "http://h/a@b"),
        ("module:function", "module:function"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_settings_are_written_down_without_secrets() -> None:
    target = Target(url="http://me:s3cret@localhost:1/x", headers={"A": "s3cret", "B": "env:TOKEN"})
    got = without_secrets(Settings(target=target)).target
    assert got.url == f"http://{HIDDEN}@localhost:1/x"
    assert got.headers == {"A": HIDDEN, "B": "env:TOKEN"}
