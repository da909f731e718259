"""What a response says of an attempt to sign in, and of a session that goes on."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import sessions, throttle


def sign_in_throttle(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """429 with Retry-After after too many attempts, and after a successful one the cookie of a known browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        seconds = getattr(request, "sign_in_wait_seconds", None)
        if seconds is not None:
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds)
        username = getattr(request, "signed_in_as", None)
        if username is not None:
            response.set_cookie(
                throttle.COOKIE,
                throttle.known_browser(username),
                max_age=throttle.COOKIE_AGE_SECONDS,
                path=settings.SESSION_COOKIE_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def renewed_sessions(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever is signed in and comes back stays signed in. Inside of Django's middleware that saves sessions."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        sessions.renew(request)
        return response

    return middleware
