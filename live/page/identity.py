"""Whose sessions these are now, asked for many at once: what ``django.contrib.auth.get_user`` says of one.

Two queries however many there are: one for the sessions, one for the users. That is for Django's own session engines
``db``, ``cached_db`` and ``cache``, and for authentication backends that look users up as ``ModelBackend`` does; of any
other engine or backend, and of one that overrides how it loads, each session is asked by itself. So is a project's own
function that says who somebody is (``live.page.user_function``).
"""

import math
import time
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, load_backend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare

from live.page.principals import Principal, principals
from live.page.sessions import MAX_DECODED, Claim, claims, loads_as, store_class
from live.page.user_function import User as User
from live.page.user_function import user_of
from live.page.visits import Session, Visit, key_of

# By what a page's owner is known: a session, or what the page's token names instead of a user.
Identity = Session | Principal
_HASH_METHODS = ("get_session_auth_hash", "get_session_auth_fallback_hash", "_get_session_auth_hash")


def users_of(identities: Collection[Identity], seconds: float = math.inf) -> dict[Identity, User]:
    """Who these are now. Logged out, expired, disabled, or with another password since: nobody. After so many seconds
    a project's own function is not called for any more: those that come then are left out.

    ``live_session`` of a user is the key of their session, by which somebody who is not signed in is known again. Users
    with several sessions are one object.
    """
    named = [identity for identity in identities if isinstance(identity, Principal)]
    sessions = [identity for identity in identities if not isinstance(identity, Principal)]
    known = principals(named)
    users: dict[Identity, User] = {}
    for principal in named:
        user = users[principal] = known.get(principal) or AnonymousUser()
        user.live_session = None  # type: ignore[union-attr]
    read = claims({key_of(session) for session in sessions})
    candidates = _users(read.values())
    until = time.monotonic() + seconds
    for session in sessions:
        if users and isinstance(session, Visit) and time.monotonic() >= until:
            continue
        key = key_of(session)
        claim = read.get(key) if key else None
        user = candidates.get((claim.backend, claim.user), AnonymousUser()) if claim else AnonymousUser()
        if claim is not None and not (user.is_anonymous or _is_of(user, claim)):
            user = AnonymousUser()
        # Of a session that has ended, also because its user has another password, nothing is known.
        is_over = claim is None or (user.is_anonymous and claim.user is not None)
        if isinstance(session, Visit):
            user = user_of(session, user, store_class(), {} if claim is None or is_over else claim.data)
        users[session] = user
        user.live_session = None if is_over else key  # type: ignore[union-attr]
    return users


def _users(read: Iterable[Claim]) -> dict[tuple[str, Any], User]:
    """The users of these who may sign in, by backend and primary key."""
    wanted: dict[str, set[Any]] = {}
    for claim in read:
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


def _is_of(user: User, claim: Claim) -> bool:
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
    return loads_as(model, AbstractBaseUser, *_HASH_METHODS)


@lru_cache(MAX_DECODED)
def _is_hash_of(hash: str, password: str, *secrets: str) -> bool:
    return _is_their_hash(get_user_model()(password=password), hash)


def _is_their_hash(user: Any, hash: str) -> bool:
    if constant_time_compare(hash, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(hash, earlier) for earlier in user.get_session_auth_fallback_hash())
