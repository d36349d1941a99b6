"""May this run call that host, and with which secrets? Loopback needs no permission; every other host does."""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from harness.core.case import Kind
from harness.core.errors import ConfigError, did_you_mean
from harness.core.integration.fault import TARGET
from harness.core.loading.imported import NAMED
from harness.core.settings import Settings, Target

HIDDEN = "(hidden)"


def check_permission(target: Target) -> None:
    """ConfigError unless the URL is well formed and its host is this machine or in `[target] allow`."""
    if target.protocol == "python":
        _check_function(target.url)
        return
    shown = without_password(target.url)
    try:
        parts = urlsplit(target.url)
    except ValueError as reason:
        raise ConfigError(f'"{shown}" is not the address of a service: {reason}') from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not target.url.isprintable():
        raise ConfigError(f'"{shown}" is not the address of a service\n  write http://127.0.0.1:8000/path')
    try:
        _ = parts.port
    except ValueError:
        raise ConfigError(f'"{shown}" has no valid port\n  ports are 1 to 65535') from None
    if not is_loopback(parts.hostname) and parts.hostname not in [host.lower() for host in target.allow]:
        hint = f'  if you may send load and broken input to it: [target] allow = ["{parts.hostname}"]'
        raise ConfigError(f"host {parts.hostname} is not this machine and is not allowed\n{hint}")


def batch_url(target: Target) -> str:
    """The URL for batches: `[target.batch] url`, on the target's own host if it is a path."""
    return urljoin(target.url, target.batch.url)


def check_batch(target: Target, kind: Kind) -> None:
    """ConfigError unless configured batches consist of JSON records and their host may be called."""
    batch = target.batch
    if not batch.url:
        if batch.items or batch.results:
            raise ConfigError(
                '[target] batch has no url\n  for example batch = { url = "/score/batch", items = "records" }'
            )
        return
    if kind != "record":
        hint = "  remove it from [target]; records in JSON, JSONL or CSV can be sent as rows"
        raise ConfigError(f"[target] batch: the samples are {kind}s, but only records can be sent as rows\n{hint}")
    if target.protocol in ("multipart", "python") or "://" not in target.url:
        what = f'protocol "{target.protocol}"' if target.protocol == "multipart" else "a Python function"
        raise ConfigError(f'[target] batch: {what} has no rows in JSON\n  remove it, or set protocol = "json"')
    if not batch.url.startswith("/") and "://" not in batch.url:
        hint = '  write a path such as "/score/batch", or http://127.0.0.1:8000/score/batch'
        raise ConfigError(f'[target] batch: "{without_password(batch.url)}" is not an address\n{hint}')
    try:
        check_permission(replace(target, url=batch_url(target)))
    except ConfigError as reason:
        raise ConfigError(f"[target] batch: {reason}") from None


def _check_function(name: str) -> None:
    if not NAMED.fullmatch(name):
        hint = "write http://127.0.0.1:8000/path, or module:function for a Python function"
        raise ConfigError(f'"{name}" is not the address of a service\n  {hint}')


def check_upstreams(settings: Settings) -> None:
    """ConfigError unless each upstream has a unique name, a URL that may be called, and a relay on this machine."""
    names: set[str] = set()
    for one in settings.upstream:
        if not all(part.isalnum() for part in one.name.replace("_", "-").split("-")) or one.name in (*names, TARGET):
            why = "appears twice" if one.name in names else "is not a valid name"
            hint = f'  use letters, digits, hyphen and underscore; names must be unique and not "{TARGET}"'
            raise ConfigError(f'[[upstream]] name "{one.name}" {why}\n{hint}')
        names.add(one.name)
        _check_url(one.url, one.name, settings.target.allow)
        host, port = host_port(one.listen.removeprefix("https://"), one.name)
        if one.tcp and one.tls:
            raise ConfigError(
                f'upstream "{one.name}": listen is https://, and url is tcp://\n'
                "  TLS passes through a tcp:// relay unchanged: write listen without https://"
            )
        if not is_loopback(host):
            hint = f'  a relay must listen on this machine only: listen = "127.0.0.1:{port}"'
            raise ConfigError(f'upstream "{one.name}": {one.listen} can be reached from other machines\n{hint}')


def _check_url(url: str, name: str, allow: Sequence[str]) -> None:
    shown = without_password(url)
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") or (parts.scheme == "tcp" and parts.port)
        fits = bool(known and parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:
        fits = False
    if not fits or parts.path not in ("", "/") or parts.query or "@" in parts.netloc:
        hint = "  write only scheme, host and port, as http://127.0.0.1:9000 or tcp://127.0.0.1:5432"
        raise ConfigError(f'upstream "{name}": "{shown}" is not an address for a relay\n{hint}')
    if off_this_machine(url) and parts.hostname not in [host.lower() for host in allow]:
        hint = f'  if you may call it: [target] allow = ["{parts.hostname}"]'
        raise ConfigError(f'upstream "{name}": host {parts.hostname} is not this machine and is not allowed\n{hint}')


def host_port(listen: str, name: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:9100". ConfigError for other texts."""
    with suppress(ValueError):
        parts = urlsplit(f"//{listen}")
        if parts.hostname and parts.port is not None and parts.netloc == listen and "@" not in listen:
            return parts.hostname, parts.port
    hint = '  write listen = "127.0.0.1:9100", and configure the service to call it'
    raise ConfigError(f'upstream "{name}": "{listen}" is not an address to listen on\n{hint}')


def off_this_machine(url: str) -> bool:
    """Whether the URL's host is another machine."""
    return not is_loopback(urlsplit(url).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether the host's name always means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def resolve_headers(target: Target) -> tuple[tuple[str, str], ...]:
    """The headers with `env:NAME` read from the environment. ConfigError if a variable is not set."""
    resolved = []
    for name, value in target.headers.items():
        if value.startswith("env:"):
            variable = value.removeprefix("env:")
            if variable not in os.environ:
                hint = did_you_mean(variable, os.environ, f"set it: export {variable}=...")
                raise ConfigError(f'header "{name}": the environment variable {variable} is not set\n{hint}')
            value = os.environ[variable]
        if not (name.isascii() and value.isascii() and value.isprintable()) or value != value.strip():
            what = "contains a line break, a space at its end or a character beyond ASCII"
            raise ConfigError(f'header "{name}" {what}\n  remove it; its value is not shown here')
        resolved.append((name, value))
    return tuple(resolved)


def second_identity(target: Target) -> Target:
    """The target as another customer calls it: `other_headers` replace the headers of the same names."""
    taken = {name.lower() for name in target.other_headers}
    kept = {name: value for name, value in target.headers.items() if name.lower() not in taken}
    return replace(target, headers={**kept, **target.other_headers})


def without_secrets(settings: Settings) -> Settings:
    """The settings without secrets: no plain header values, no password in the URL."""
    target = settings.target
    headers, other = _shown(target.headers), _shown(target.other_headers)
    batch = replace(target.batch, url=without_password(target.batch.url))
    shown = replace(target, headers=headers, other_headers=other, url=without_password(target.url), batch=batch)
    return replace(settings, target=shown)


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value if value.startswith("env:") else HIDDEN for name, value in headers.items()}


def without_password(url: str) -> str:
    """The URL without secrets, also if it is malformed."""
    head, slashes, rest = url.partition("://")
    end = min(at for at in (rest.find("/"), rest.find("?"), rest.find("#"), len(rest)) if at >= 0)
    user, at, host = rest[:end].rpartition("@")
    return f"{head}{slashes}{HIDDEN}@{host}{rest[end:]}" if at and user else url
