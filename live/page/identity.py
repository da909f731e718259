"""Whose sessions these are now, asked for many at once: what ``django.contrib.auth.get_user`` says of one.

Two queries however many there are: one for the sessions, one for the users. That is for Django's own session engines
``db``, ``cached_db`` and ``cache``, and for authentication backends that look users up as ``ModelBackend`` does; of any
other engine or backend, and of one that overrides how it loads, each session is asked by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import cache, cached_db, db
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from live.page.principals import Principal, principals

# By what a page's owner is known: the key of a session, or what the page's token names instead of a user.
Identity = str | Principal | None
User = AbstractBaseUser | AnonymousUser

# As in ``SessionBase``: shorter keys are nobody's. And none of ours is longer; no database or cache is asked for it.
MIN_KEY_LENGTH, MAX_KEY_LENGTH = 8, 128
# Of which the signature has been checked; as many as there may be pages in a process.
MAX_DECODED = 20_000
_HASH_METHODS = ("get_session_auth_hash", "get_session_auth_fallback_hash", "_get_session_auth_hash")


class _Claim(NamedTuple):
    """What a session says of its user: none of it is believed before the user has been looked up."""

    user: Any = None
    backend: str = ""
    hash: str = ""


def users_of(identities: Collection[Identity]) -> dict[Identity, User]:
    """Who these are now. Logged out, expired, disabled, or with another password since: nobody.

    ``live_session`` of a user is the key of their session, by which somebody who is not signed in is known again. Users
    with several sessions are one object.
    """
    sessions = [identity for identity in identities if not isinstance(identity, Principal)]
    claims = _claims({key for key in sessions if key and _is_possible(key)})
    candidates = _users(claims.values())
    users: dict[Identity, User] = {}
    named = [identity for identity in identities if isinstance(identity, Principal)]
    known = principals(named)
    for principal in named:
        user = users[principal] = known.get(principal) or AnonymousUser()
        user.live_session = None  # type: ignore[union-attr]
    for session in sessions:
        claim = claims.get(session) if session else None
        user = candidates.get((claim.backend, claim.user)) if claim else None
        if user is not None and claim is not None and _is_of(user, claim):
            users[session] = user
        else:
            user = users[session] = AnonymousUser()
        # Of a session that has ended, also because its user has another password, nothing is known.
        is_over = claim is None or (user.is_anonymous and claim.user is not None)
        user.live_session = None if is_over else session  # type: ignore[union-attr]
    return users


def _is_possible(key: str) -> bool:
    """Whether it can be a session's key: a NUL or a space is an error for some databases and caches."""
    return MIN_KEY_LENGTH <= len(key) <= MAX_KEY_LENGTH and key.isprintable() and " " not in key


def _claims(sessions: set[str]) -> Mapping[str, _Claim]:
    """What those say that have not expired."""
    engine = import_module(settings.SESSION_ENGINE).SessionStore
    if not sessions:
        return {}
    if _loads_as(engine, cache.SessionStore, "load", "cache_key"):
        return _from_cache(engine, sessions)
    if _loads_as(engine, cached_db.SessionStore, "load", "cache_key", "_get_session_from_db"):
        cached = _from_cache(engine, sessions)
        return {**_from_database(engine, sessions - cached.keys()), **cached}
    if _loads_as(engine, db.SessionStore, "load", "_get_session_from_db"):
        return _from_database(engine, sessions)
    return {key: claim for key in sessions if (claim := _from_engine(engine, key)) is not None}


def _loads_as(engine: Any, other: Any, *names: str) -> bool:
    return all(getattr(engine, name, None) is getattr(other, name) for name in names)


def _from_database(engine: Any, sessions: set[str]) -> dict[str, _Claim]:
    rows = engine.get_model_class().objects.filter(expire_date__gt=timezone.now())
    secrets = settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS
    known: dict[str, _Claim] = {}
    for some in _in_portions(sessions, rows.db):
        stored = rows.filter(session_key__in=some).values_list("session_key", "session_data")
        known.update((key, _decode(engine, data, *secrets)) for key, data in stored)
    return known


def _from_cache(engine: Any, sessions: set[str]) -> dict[str, _Claim]:
    store = engine()
    prefix = store.cache_key_prefix
    stored = store._cache.get_many([prefix + key for key in sessions])
    return {key.removeprefix(prefix): _claim(data) for key, data in stored.items() if data is not None}


def _from_engine(engine: Any, key: str) -> _Claim | None:
    store = engine(key)
    claim = _claim({name: store.get(name) for name in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY)})
    return claim if store.session_key else None


@lru_cache(MAX_DECODED)
def _decode(engine: Any, data: str, *secrets: str) -> _Claim:
    """Checking a signature costs more than reading the row, and what it says of the same text stays the same."""
    return _claim(engine().decode(data))


def _claim(data: Mapping[str, Any]) -> _Claim:
    user, backend = data.get(SESSION_KEY), data.get(BACKEND_SESSION_KEY)
    if user is None or backend is None:
        return _Claim()
    try:
        return _Claim(get_user_model()._meta.pk.to_python(user), backend, data.get(HASH_SESSION_KEY) or "")
    except ValidationError:
        return _Claim()


def _users(claims: Iterable[_Claim]) -> dict[tuple[str, Any], User]:
    """The users of these who may sign in, by backend and primary key."""
    wanted: dict[str, set[Any]] = {}
    for claim in claims:
        if claim.user is not None and claim.backend in settings.AUTHENTICATION_BACKENDS:
            wanted.setdefault(claim.backend, set()).add(claim.user)
    known: dict[tuple[str, Any], User] = {}
    for path, pks in wanted.items():
        backend = load_backend(path)
        if isinstance(backend, ModelBackend) and type(backend).get_user is ModelBackend.get_user:
            users: Mapping[Any, Any] = get_user_model()._default_manager.in_bulk(list(pks))
            known |= {(path, pk): user for pk, user in users.items() if backend.user_can_authenticate(user)}
        else:
            known |= {(path, pk): user for pk in pks if (user := backend.get_user(pk)) is not None}
    return known


def _is_of(user: User, claim: _Claim) -> bool:
    """Whether the session was begun with the password that the user has now, by this secret or an earlier one."""
    if not hasattr(user, "get_session_auth_hash"):
        return True
    if not claim.hash:
        return False
    if _hashes_as_django(type(user)):  # type: ignore[arg-type]
        # It follows from these alone, and making it costs as much as looking the user up.
        password = user.password  # type: ignore[union-attr]
        return _is_hash_of(claim.hash, password, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _is_their_hash(user, claim.hash)


@lru_cache
def _hashes_as_django(model: type) -> bool:
    return _loads_as(model, AbstractBaseUser, *_HASH_METHODS)


@lru_cache(MAX_DECODED)
def _is_hash_of(hash: str, password: str, *secrets: str) -> bool:
    return _is_their_hash(get_user_model()(password=password), hash)


def _is_their_hash(user: Any, hash: str) -> bool:
    if constant_time_compare(hash, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(hash, earlier) for earlier in user.get_session_auth_fallback_hash())


def _in_portions(keys: Collection[str], alias: str) -> Iterable[list[str]]:
    """As many at once as the database takes in one query."""
    limit = connections[alias].features.max_query_params
    portion = max(limit - 1 if limit else len(keys), 1)  # one is the time
    ordered = sorted(keys)
    return (ordered[start : start + portion] for start in range(0, len(ordered), portion))
