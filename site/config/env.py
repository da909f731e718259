"""Settings from the environment, each checked where it is read.

Every function raises ``ImproperlyConfigured`` with one sentence that names the variable, the value and what is
expected; ``manage.py`` prints that sentence instead of a traceback.
"""

import logging
import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
# What `check --deploy` asks for, too.
MIN_SECRET_LENGTH = 50
DEVELOPMENT_SECRET = "insecure-development-key-only-ever-used-with-DEBUG-on"
MAKE_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
WEAK = f"a default or too short (under {MIN_SECRET_LENGTH} characters)"

# One path or several, of characters that stand for themselves in every address.
PATH = re.compile(r"(?:/[\w.~-]+)+", re.ASCII)
# With what the site's own addresses begin.
OWN_PATHS = set(
    "- account accounts activity admin api badges boards boards.schema.json charts display favicon.ico find health"
    " healthz import live metrics new panels people ping query ready readyz series static token tokens widgets write"
    " zones".split()
)

# PostgreSQL. Every request and every rendering thread would open a connection of its own: they are lent from a pool.
POOL = {
    "min_size": 1,
    "max_size": 20,
    # In line for a connection; after that, a page says so and tries again by itself.
    "timeout": 5,
    # The pool waits 1, 2, 4, 8 s between its attempts to connect: a database that was away for a minute would be away
    # for another one. After so many seconds it begins anew.
    "reconnect_timeout": 3,
}
# A database that takes no packets any more is noticed in seconds, and not after TCP's own time, which is minutes:
# while connecting, while it owes an acknowledgement (in milliseconds), and on a connection on which nothing is said.
CONNECTION = {
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}


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


def days(name: str, default: float, *, least: float | None = 1 / 24) -> float | None:
    """A number of days, by default an hour at least; None, for ever, where it is 0. Where it is not set no fewer than
    ``least``, which may be for ever, too."""
    value = os.environ.get(name, "").strip()
    if value == "0":
        return None
    if least is None:
        if value:
            raise ImproperlyConfigured(f"{name} is {value[:20]!r}; it must be 0, which is for ever.")
        return None
    return number(name, max(default, least), least=least)


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


def base_path(name: str) -> str:
    """The path at which the site is on its host, such as ``/status``; unset means at the root, which is ``""``."""
    value = os.environ.get(name, "").strip()
    if value and not (PATH.fullmatch(value) and {".", ".."}.isdisjoint(value.split("/"))):
        expected = "it must look like /status or /tools/status, with a slash before it and none at its end"
        raise ImproperlyConfigured(f"{name} is {value[:40]!r}; {expected}.")
    if value.split("/")[1:2] and value.split("/")[1] in OWN_PATHS:
        reason = "addresses below it begin so, too: where a proxy takes the path away, nobody can tell them apart"
        raise ImproperlyConfigured(f"{name} is {value[:40]!r}; {reason}. Take another, such as /status.")
    return value


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
    if is_weak(value):
        raise ImproperlyConfigured(f"{subject} is {WEAK}; make one with: {MAKE_SECRET}")
    return value


def is_weak(secret: str) -> bool:
    """Whether a secret is one that somebody could guess."""
    return len(secret) < MIN_SECRET_LENGTH or "insecure" in secret.lower() or len(set(secret)) < 8


def secrets(name: str, *, debug: bool) -> list[str]:
    """Secrets separated by commas or white space; unset means none. Without DEBUG none of them may be weak: whoever
    knows one can sign with it.
    """
    values = os.environ.get(name, "").replace(",", " ").split()
    if not debug and any(is_weak(value) for value in values):
        raise ImproperlyConfigured(f"{name} has a secret that is {WEAK}.")
    return values


def database(name: str, *, default: Path) -> dict[str, Any]:
    """Django's database dictionary for ``sqlite:///path`` or ``postgres://user:password@host:port/name``."""
    url = os.environ.get(name, "").strip()
    if not url:
        try:
            default.parent.mkdir(mode=0o700, exist_ok=True)
            make_private(default.parent)
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
        # What the URL says, as in ?connect_timeout=10, is stronger.
        config["OPTIONS"] = {**CONNECTION, **config.get("OPTIONS", {}), "pool": POOL}
        # Asked whether it works when it is lent: one from before a restart of the database would fail a request.
        config["CONN_HEALTH_CHECKS"] = True
        return config
    if config["NAME"] != ":memory:":
        file = Path(config["NAME"]).absolute()
        if not file.parent.is_dir():
            raise ImproperlyConfigured(f"{name} names a file in {file.parent}, which is no folder.")
        config["NAME"] = str(file)
        make_private(file, create=True)
    # IMMEDIATE: a transaction that begins by reading and then writes would fail at once instead of waiting.
    # FULL: what was answered with 2xx survives a power cut, not only a killed process.
    config["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }
    return config


def make_private(path: Path, *, create: bool = False) -> None:
    """Nobody else may read this file or folder: in the database are sessions, and what boards show that are not public.

    What others can read is taken from them, with a warning. One that only the group can read is left: that was decided
    by somebody. ``create``: where the database's file does not exist it is made, empty, because SQLite would make one
    that all can read.
    """
    if create:
        with suppress(OSError):  # there is one, or there can be none, which SQLite says better
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    # SQLite gives the files beside it the same mode when it makes them.
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        try:
            mode = stat.S_IMODE(name.stat().st_mode)
        except OSError:
            continue
        if not mode & stat.S_IRWXO:
            continue
        try:
            name.chmod(mode & stat.S_IRWXU)
        except OSError as error:
            logger.warning("%s is open to every user of this machine, which cannot be changed: %s", name, error)
        else:
            logger.warning("%s was open to every user of this machine (mode %o); it no longer is", name, mode)
