"""What is stored when somebody logs in, and when they log out."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest

from live import moments
from live.logouts.models import Logout
from live.page.sessions import LOGIN, claims, register_ended, store_class


def connect() -> None:
    """At the start."""
    user_logged_in.connect(begin, dispatch_uid="live.logouts.begin")
    user_logged_out.connect(end, dispatch_uid="live.logouts.end")
    register_ended(ended)


def begin(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Somebody has logged in. Whoever was before them in this browser has logged out, without that being said."""
    if not issubclass(store_class(), SessionStore):
        return
    # The same user who logs in once more goes on; another one has an empty session.
    login = request.session.setdefault(LOGIN, secrets.token_urlsafe(24))
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    before = claims([cookie]).get(cookie or "")
    if before is not None and before.login not in ("", login):
        _store(before.login)


def end(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Somebody logs out; their session is emptied after this."""
    if issubclass(store_class(), SessionStore) and (login := request.session.get(LOGIN)):
        _store(login)


def ended(logins: Collection[str]) -> set[str]:
    """Those of these log-ins that have ended."""
    return set(Logout._default_manager.filter(login__in=logins).values_list("login", flat=True))


def _store(login: str) -> None:
    now = moments.now()
    expires = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Logout._default_manager.update_or_create(login=login, defaults={"expires": expires})
    Logout._default_manager.filter(expires__lte=now).delete()
