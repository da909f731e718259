"""By what a page's socket, or its request, is asked who that is: again and again, while the page is open.

That is the session, as a rule. A project whose middleware replaces ``request.user`` (somebody looks as another user, a
proxy has signed them in, a cookie has a token) says the same in a function, for a socket runs no middleware:

    LIVE_USER = "project.users.user_of"

    def user_of(request):
        if request.user.is_staff and (pk := request.session.get("acts_as")):
            return User.objects.get(pk=pk)
        return request.user

``request`` has what came with the socket or the request: ``headers`` and ``COOKIES``, with the ``session`` as it is now
and in ``user`` whom that says; nothing else. It is called in a thread, on connect and every two seconds, and must be
quick: what there is no time for comes in the next round, and the log says so. The page goes on while it returns the
user for whom the page was made. None, and ``ObjectDoesNotExist``, are nobody; where it raises anything else, or returns
what is no user, the page asks again until it answers.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, parse_cookie
from django.utils.module_loading import import_string

from live import metrics
from live.database_threads import is_away, retrying
from live.limited_log import LimitedLog
from live.page.visits import Session, Visit

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

User = AbstractBaseUser | AnonymousUser
# What differs from one socket of a browser to the next, and says nothing of its user.
IRRELEVANT = ("sec-websocket-", "connection", "upgrade", "content-", "if-")


class Unidentified(AnonymousUser):
    """Somebody of whom the project's function could not say who it is."""


def user_function() -> Callable[[HttpRequest], User | None] | None:
    """The project's function, if it has one. Raises ``ImportError`` for a name that is none."""
    path = getattr(settings, "LIVE_USER", None)
    return cast(Callable[[HttpRequest], User | None], import_string(path)) if path else None


def session_key(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The session that the headers of a request, as in the ASGI scope, belong to."""
    cookies = "; ".join(value.decode("latin1") for name, value in headers if name.lower() == b"cookie")
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME) or None


def of_scope(headers: Iterable[tuple[bytes, bytes]]) -> Session:
    """What is known of a socket, by its headers as in the ASGI scope."""
    headers = list(headers)
    return _visit(session_key(headers), ((name.decode("latin1"), value.decode("latin1")) for name, value in headers))


def of_request(request: HttpRequest) -> Session:
    """What is known of a request."""
    return _visit(request.COOKIES.get(settings.SESSION_COOKIE_NAME) or None, request.headers.items())


def _visit(session: str | None, headers: Iterable[tuple[str, str]]) -> Session:
    if user_function() is None:
        return session
    named = ((name.lower(), value) for name, value in headers)
    return Visit(session, tuple((name, value) for name, value in named if not name.startswith(IRRELEVANT)))


def user_of(visit: Visit, user: User, store: type[SessionBase], data: Mapping[str, Any]) -> User:
    """Who that is, as the project's function says; by its session, which says ``data``, it is ``user``."""
    function = user_function()
    assert function is not None, "there are visits where there is a function"
    try:
        answer = retrying(function, _request(visit, user, store, data)) or AnonymousUser()
        # Else it would be an error of all pages that are asked about together.
        if isinstance(answer, type) or not hasattr(answer, "pk") or not hasattr(answer, "is_anonymous"):
            raise TypeError(f"LIVE_USER must return a user or None, not {answer!r}")
        return answer
    except ObjectDoesNotExist:
        return AnonymousUser()
    except Exception as error:
        if is_away(error):
            raise
        metrics.failures.labels("user").inc()
        if (more := limited_log.next(type(error).__name__)) is not None:
            logger.exception("LIVE_USER could not say who somebody is%s", more)
        return Unidentified()


def _request(visit: Visit, user: User, store: type[SessionBase], data: Mapping[str, Any]) -> HttpRequest:
    request: Any = HttpRequest()
    request.META |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in visit.headers}
    request.COOKIES = parse_cookie("; ".join(value for name, value in visit.headers if name == "cookie"))
    request.session = store(visit.session)
    # It has been read already, for many at once. What is changed in it is not stored.
    request.session._session_cache = dict(data)
    request.user = user
    return request  # type: ignore[no-any-return]
