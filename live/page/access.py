"""Who may see, and taking it back.

The page's view decides whether somebody gets the page; from then on the question is asked here: on connect, and every
few seconds while the page is open, because a right that was taken away must take the screen with it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest, parse_cookie

from live import metrics
from live.fragments import Fragment
from live.keys import Audience, Key, check_audience
from live.page.page import Page, Reason

logger = logging.getLogger(__name__)

User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason, and in words for the log what led to it."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Access:
    """What was found out about a session and a page: refused, or which audiences it belongs to now.

    ``audiences`` is what ``per=`` gave, by fragment name.
    """

    refusal: Refusal | None = None
    audiences: dict[str, Audience] = field(default_factory=dict)


def session_key(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The session that the headers of a request, as in the ASGI scope, belong to."""
    cookies = "; ".join(value.decode("latin1") for name, value in headers if name.lower() == b"cookie")
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME) or None
    # No session has a key like that, and PostgreSQL raises an error for it.
    return None if key is not None and "\0" in key else key


def user_of(session: str | None) -> User:
    """Whose session it is now. Logged out, expired, disabled, or with another password since: nobody's."""
    request = HttpRequest()
    if session is None:
        request.user = AnonymousUser()
    else:
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
        # After a rotation of SECRET_KEY Django would give the session another key, and a socket cannot set the cookie.
        request.session.cycle_key = lambda: None  # type: ignore[method-assign]
        request.user = get_user(request)
    return visitor(request)


def visitor(request: HttpRequest) -> User:
    """Who asks, with ``live_session``: the key of their session, by which somebody not signed in is known again."""
    user: User = getattr(request, "user", None) or AnonymousUser()
    user.live_session = getattr(getattr(request, "session", None), "session_key", None)  # type: ignore[union-attr]
    return user


def user_id(user: User) -> str | None:
    """What a page's token says of a user."""
    return None if user.pk is None else str(user.pk)


def may_see(user: User, keys: Iterable[Key]) -> Key | None:
    """None if the user may see all of them, else the first that they may not."""
    for key in keys:
        allowed = Fragment.named(key.name).may_see
        if allowed is not None and not allowed(user, **dict(key.params)):
            return key
    return None


def is_restricted(key: Key) -> bool:
    """Whether a fragment is not for everybody."""
    return Fragment.named(key.name).may_see is not None


def audience_of(user: User, key: Key) -> Key:
    """The key as this user sees it: with their audience, if the fragment differs per audience."""
    per = Fragment.named(key.name).per
    return key if per is None else key.of(check_audience(key.name, per(user)))


def check(session: str | None, page: Page, keys: Iterable[Key]) -> Access:
    """Whether the session may go on watching ``keys`` of the page, and as which audiences.

    Asked for many at once, so a ``visible_to`` or ``per`` that raises refuses its own page and nobody else's: to ask
    again later, because it is an error of ours. Errors of the database are raised: while it is away, nobody can be
    asked about and nothing new can be shown.
    """
    try:
        user = user_of(session)
        refusal = refusal_of(user, page, keys)
        if refusal is not None:
            return Access(refusal)
        roots = (audience_of(user, root) for root in page.roots.values())
        return Access(audiences={key.name: key.audience for key in roots if key.audience is not None})
    except DatabaseError:
        raise
    except Exception as error:
        metrics.failures.labels("visible_to").inc()
        logger.exception("who may see %s could not be asked", ", ".join(str(key) for key in keys))
        return Access(Refusal(Reason.ASK_AGAIN, f"it could not be asked who may see it: {error!r}"))


def refusal_of(user: User, page: Page, keys: Iterable[Key]) -> Refusal | None:
    """None where this user may go on watching ``keys`` of that page.

    A page made for a user is for that user alone. One made for nobody in particular holds no secret: it goes on
    when somebody signs in beside it.
    """
    if page.user is not None and user_id(user) != page.user:
        if user.is_anonymous:
            return Refusal(Reason.SIGN_IN, "the page's user is no longer signed in")
        return Refusal(Reason.FORBIDDEN, "the page was made for another user")
    forbidden = may_see(user, keys)
    if forbidden is not None:
        reason = Reason.SIGN_IN if user.is_anonymous else Reason.FORBIDDEN
        return Refusal(reason, f"{forbidden} is not to be seen by {user}")
    return None
