"""What sessions say of whose they are, read for many at once.

One query however many there are, for Django's own session engines ``db``, ``cached_db`` and ``cache``; of any other
engine, and of one that overrides how it loads, each session is read by itself.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends import cache, cached_db, db, signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from live.page.user_function import user_function

# As in ``SessionBase``: shorter keys are nobody's. And none of ours is longer; no database or cache is asked for it.
MIN_KEY_LENGTH, MAX_KEY_LENGTH = 8, 128
# Where the key is the whole session: what a browser keeps of a cookie.
MAX_COOKIE_LENGTH = 4096
# Of which the signature has been checked; as many as there may be pages in a process.
MAX_DECODED = 20_000
# In a session: which log-in has begun it, see ``live.logouts``.
LOGIN = "_live_login"

# Those of these log-ins that have ended.
Ended = Callable[[Collection[str]], Collection[str]]
_ended: list[Ended] = []


class Claim(NamedTuple):
    """What a session says of its user: none of it is believed before the user has been looked up."""

    user: Any = None
    backend: str = ""
    hash: str = ""
    login: str = ""
    # All that it has, where a function of the project may read it.
    data: Mapping[str, Any] = {}


def register_ended(ended: Ended) -> None:
    """Have sessions count as ended whose log-in ``ended`` returns: for an engine of which the server keeps nothing."""
    if ended not in _ended:
        _ended.append(ended)


def store_class() -> type[SessionBase]:
    """The engine that the project has."""
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store


def claims(keys: Collection[str | None]) -> Mapping[str, Claim]:
    """What those say that have not expired and not ended, by their keys."""
    engine: Any = store_class()
    sessions = {key for key in keys if key and _is_possible(key, engine)}
    known = _read(engine, sessions) if sessions else {}
    logins = {claim.login for claim in known.values() if claim.login} if _ended else set()
    if logins:
        ended = {login for some in _ended for login in some(logins)}
        known = {key: claim for key, claim in known.items() if claim.login not in ended}
    return known


def _is_possible(key: str, engine: Any) -> bool:
    """Whether it can be a session's key: a NUL or a space is an error for some databases and caches."""
    longest = MAX_COOKIE_LENGTH if issubclass(engine, signed_cookies.SessionStore) else MAX_KEY_LENGTH
    return MIN_KEY_LENGTH <= len(key) <= longest and key.isprintable() and " " not in key


def _read(engine: Any, sessions: set[str]) -> Mapping[str, Claim]:
    if loads_as(engine, cache.SessionStore, "load", "cache_key"):
        return _from_cache(engine, sessions)
    if loads_as(engine, cached_db.SessionStore, "load", "cache_key", "_get_session_from_db"):
        cached = _from_cache(engine, sessions)
        return {**_from_database(engine, sessions - cached.keys()), **cached}
    if loads_as(engine, db.SessionStore, "load", "_get_session_from_db"):
        return _from_database(engine, sessions)
    return {key: claim for key in sessions if (claim := _from_engine(engine, key)) is not None}


def loads_as(engine: Any, other: Any, *names: str) -> bool:
    """Whether these methods of a class are those of another one."""
    return all(getattr(engine, name, None) is getattr(other, name) for name in names)


def _from_database(engine: Any, sessions: set[str]) -> dict[str, Claim]:
    rows = engine.get_model_class().objects.filter(expire_date__gt=timezone.now())
    secrets = settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS
    known: dict[str, Claim] = {}
    for some in _in_portions(sessions, rows.db):
        stored = rows.filter(session_key__in=some).values_list("session_key", "session_data")
        known.update((key, _decode(engine, data, *secrets)) for key, data in stored)
    return known


def _from_cache(engine: Any, sessions: set[str]) -> dict[str, Claim]:
    store = engine()
    prefix = store.cache_key_prefix
    stored = store._cache.get_many([prefix + key for key in sessions])
    return {key.removeprefix(prefix): _claim(data) for key, data in stored.items() if data is not None}


def _from_engine(engine: Any, key: str) -> Claim | None:
    store = engine(key)
    claim = _claim(dict(store.items()))
    # One that it does not know has no key any more; or is to be made anew, where it is in a cookie.
    return claim if store.session_key and not store.modified else None


@lru_cache(MAX_DECODED)
def _decode(engine: Any, data: str, *secrets: str) -> Claim:
    """Checking a signature costs more than reading the row, and what it says of the same text stays the same."""
    return _claim(engine().decode(data))


def _claim(data: Mapping[str, Any]) -> Claim:
    kept = data if user_function() else {}
    user, backend = data.get(SESSION_KEY), data.get(BACKEND_SESSION_KEY)
    if user is None or backend is None:
        return Claim(data=kept)
    try:
        pk = get_user_model()._meta.pk.to_python(user)
    except ValidationError:
        return Claim(data=kept)
    return Claim(pk, backend, data.get(HASH_SESSION_KEY) or "", data.get(LOGIN) or "", kept)


def _in_portions(keys: Collection[str], alias: str) -> Iterable[list[str]]:
    """As many at once as the database takes in one query."""
    limit = connections[alias].features.max_query_params
    portion = max(limit - 1 if limit else len(keys), 1)  # one is the time
    ordered = sorted(keys)
    return (ordered[start : start + portion] for start in range(0, len(ordered), portion))
