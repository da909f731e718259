"""Settings from the environment, each checked where it is read.

Every function raises ``ImproperlyConfigured`` with one sentence that names the variable, the value and what is
expected; ``manage.py`` prints that sentence instead of a traceback.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
# What `check --deploy` asks for, too.
MIN_SECRET_LENGTH = 50
DEVELOPMENT_SECRET = "insecure-development-key-only-ever-used-with-DEBUG-on"
MAKE_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def flag(name: str) -> bool:
    """Whether the variable says yes; unset means no."""
    value = os.environ.get(name, "").strip().lower()
    if value not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be 1 or 0.")
    return value in YES


def hosts(name: str) -> list[str]:
    """Host names separated by commas; unset means none."""
    names = [host.strip() for host in os.environ.get(name, "").split(",") if host.strip()]
    for host in names:
        if "/" in host or " " in host:
            message = f"{name} has {host!r}; it must be names as in board.example.com, without http://."
            raise ImproperlyConfigured(message)
    return names


def choice(name: str, values: Sequence[str]) -> str:
    """One of these; the first where the variable is unset."""
    value = os.environ.get(name, "").strip().lower() or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} is {value[:20]!r}; it must be {' or '.join(values)}.")
    return value


def number(name: str, default: float, *, least: float) -> float:
    """A number that is at least ``least``."""
    value = os.environ.get(name, "").strip()
    try:
        parsed = float(value) if value else default
    except ValueError:
        parsed = least - 1
    if not least <= parsed < float("inf"):
        raise ImproperlyConfigured(f"{name} is {value[:20]!r}; it must be a number from {least:g} up.")
    return parsed


def host(name: str) -> str:
    """The address to listen on, as one to go to: 0.0.0.0 listens everywhere and is nowhere."""
    value = os.environ.get(name, "").strip() or "127.0.0.1"
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(value, f"[{value}]" if ":" in value else value)


def port(name: str) -> int:
    """The port to listen on; 8000 where unset."""
    value = os.environ.get(name, "").strip() or "8000"
    if not (value.isdecimal() and len(value) < 6 and 0 < int(value) < 65536):
        raise ImproperlyConfigured(f"{name} is {value[:20]!r}; it must be a number from 1 to 65535.")
    return int(value)


def secret(name: str, *, file: Path, debug: bool) -> str:
    """The signing secret, in ``file`` where the variable is not set. Only with DEBUG may it be missing or weak."""
    value, subject = os.environ.get(name, ""), name
    if not value:
        subject = f"{name} is not set, and {file}"
        try:
            value = file.read_text().strip()
        except FileNotFoundError:
            if not debug:
                message = f"{subject} does not exist; `make run` makes it, or make a secret with: {MAKE_SECRET}"
                raise ImproperlyConfigured(message) from None
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"{subject} cannot be read: {error}.") from None
    if debug:
        return value or DEVELOPMENT_SECRET
    if len(value) < MIN_SECRET_LENGTH or "insecure" in value.lower() or len(set(value)) < 8:
        weak = f"a default or too short (under {MIN_SECRET_LENGTH} characters)"
        raise ImproperlyConfigured(f"{subject} is {weak}; make one with: {MAKE_SECRET}")
    return value


def database(name: str, *, default: Path) -> dict[str, Any]:
    """Django's database dictionary for ``sqlite:///path`` or ``postgres://user:password@host:port/name``."""
    url = os.environ.get(name, "").strip()
    if not url:
        try:
            default.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(f"{name} is not set, and {default.parent} cannot be made: {error}.") from None
        url = f"sqlite:///{default}"
    expected = "it must look like sqlite:///data.sqlite3 or postgres://user:password@host:5432/name"
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ValueError(f"{parts.scheme or 'no'} scheme")
        config = dict(environ.Env.db_url_config(url))
        if not config["NAME"] or (parts.scheme != "sqlite" and parts.hostname is None):
            raise ValueError("a host or a name is missing")
    except (ValueError, ImproperlyConfigured, KeyError) as error:
        raise ImproperlyConfigured(f"{name} cannot be read ({error}); {expected}.") from None
    if parts.scheme != "sqlite":
        # Every request and every rendering thread would open a connection of its own: lend them from a pool.
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 20, "timeout": 5}}
        return config
    if config["NAME"] != ":memory:":
        file = Path(config["NAME"]).absolute()
        if not file.parent.is_dir():
            raise ImproperlyConfigured(f"{name} names a file in {file.parent}, which is no folder.")
        config["NAME"] = str(file)
    # IMMEDIATE: a transaction that begins by reading and then writes would fail at once instead of waiting.
    # FULL: what was answered with 2xx survives a power cut, not only a killed process.
    config["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }
    return config


def channel_layer(name: str) -> dict[str, Any]:
    """Channels' layer for ``redis://host:port/db``; in memory where the variable is unset."""
    url = os.environ.get(name, "").strip()
    if not url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"redis", "rediss", "unix"} and parts.port != 0 and (parts.hostname or parts.path)
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(f"{name} is {url.rpartition('@')[2]!r}; it must look like redis://127.0.0.1:6379/0.")
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # A Redis that swallows packets must not hold a publisher for ever; the sweep repairs what was not sent.
        "CONFIG": {"hosts": [{"address": url, "socket_connect_timeout": 2, "max_connections": 50}]},
    }
