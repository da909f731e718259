"""What this process counted, for Prometheus or for a look."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from live.api import Refused, View, endpoint

# Who sends a request, by name; or ``Refused``.
Authenticate = Callable[[HttpRequest], str]


def metrics(authenticate: Authenticate | None = None) -> View:
    """A view: all counters of this process, in Prometheus' text format. For staff who are signed in, and for whom
    ``authenticate`` knows, as the API of banners has it (``live.banners.api``): a program with a token.

    Everybody else gets 401, and never a redirect, which a program would follow to a page that reads like success.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if "Authorization" in request.headers or not _is_staff(request):
            if authenticate is None:
                message = "Only staff who are signed in may read this."
                raise Refused(401, "unauthorized", message, headers={"WWW-Authenticate": "Bearer"})
            authenticate(request)
        return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return endpoint(handle, methods=["GET", "HEAD"])


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_active and getattr(user, "is_staff", False)
