"""May this run call that host, and with which secrets? Loopback needs no permission; everything else does."""

import ipaddress
import os
from dataclasses import replace
from urllib.parse import urlsplit

from harness.core.errors import ConfigError, did_you_mean
from harness.core.settings import Settings, Target

HIDDEN = "(hidden)"


def check_permission(target: Target) -> None:
    """ConfigError unless the URL is well formed and its host is this machine or stands in `[target] allow`."""
    if target.protocol == "python":
        _check_function(target.url)
        return
    shown = without_password(target.url)
    try:
        parts = urlsplit(target.url)
    except ValueError as reason:
        raise ConfigError(f'"{shown}" is no address of a service: {reason}') from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not target.url.isprintable():
        raise ConfigError(f'"{shown}" is no address of a service\n  write http://127.0.0.1:8000/path')
    try:
        _ = parts.port
    except ValueError:
        raise ConfigError(f'"{shown}" has no valid port\n  ports are 1 to 65535') from None
    if not is_loopback(parts.hostname) and parts.hostname not in [host.lower() for host in target.allow]:
        hint = f'  if you may put load and broken input on it: [target] allow = ["{parts.hostname}"]'
        raise ConfigError(f"host {parts.hostname} is not this machine and is not allowed\n{hint}")


def _check_function(name: str) -> None:
    module, colon, function = name.partition(":")
    if not (colon and function.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        hint = "write http://127.0.0.1:8000/path, or module:function for a Python function"
        raise ConfigError(f'"{name}" is no address of a service\n  {hint}')


def is_loopback(host: str) -> bool:
    """Whether the host is this machine by its very name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def resolve_headers(target: Target) -> tuple[tuple[str, str], ...]:
    """The headers with `env:NAME` read from the environment; ConfigError when it is not set."""
    resolved = []
    for name, value in target.headers.items():
        if value.startswith("env:"):
            variable = value.removeprefix("env:")
            if variable not in os.environ:
                hint = did_you_mean(variable, os.environ, f"set it: export {variable}=...")
                raise ConfigError(f'header "{name}": the environment has no {variable}\n{hint}')
            value = os.environ[variable]
        if not (name.isascii() and value.isascii() and value.isprintable()) or value != value.strip():
            what = "holds a line break, a space at its end or a character beyond ASCII"
            raise ConfigError(f'header "{name}" {what}\n  remove it; its value is not shown here')
        resolved.append((name, value))
    return tuple(resolved)


def without_secrets(settings: Settings) -> Settings:
    """The settings as they may be written down: no header values that stand in clear, no password in the URL."""
    target = settings.target
    headers = {name: value if value.startswith("env:") else HIDDEN for name, value in target.headers.items()}
    return replace(settings, target=replace(target, headers=headers, url=without_password(target.url)))


def without_password(url: str) -> str:
    """The URL as it may be shown and written down, whether or not it is well formed."""
    head, slashes, rest = url.partition("://")
    end = min(at for at in (rest.find("/"), rest.find("?"), rest.find("#"), len(rest)) if at >= 0)
    user, at, host = rest[:end].rpartition("@")
    return f"{head}{slashes}{HIDDEN}@{host}{rest[end:]}" if at and user else url
