"""HTTP beside the socket: what pages ask for that have none, and what this process counted."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from prometheus_client import CONTENT_TYPE_LATEST

from live import polling
from live.api import Refused, View, endpoint
from live.workers.exposition import exposition

# Who sends a request, by name; or ``Refused``.
Authenticate = Callable[[HttpRequest], str]


def metrics(authenticate: Authenticate | None = None) -> View:
    """A view: all counters of this process, and of the workers beside it, in Prometheus' text format. For staff who are
    signed in, and for whom ``authenticate`` knows, as the API of banners has it (``live.banners.api``): a program with
    a token.

    Everybody else gets 401, and never a redirect, which a program would follow to a page that reads like success.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if "Authorization" in request.headers or not _is_staff(request):
            if authenticate is None:
                message = "Only staff who are signed in may read this."
                raise Refused(401, "unauthorized", message, headers={"WWW-Authenticate": "Bearer"})
            authenticate(request)
        return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return endpoint(handle, methods=["GET", "HEAD"])


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_active and getattr(user, "is_staff", False)


@csrf_exempt  # it changes nothing, and what it may be asked for is signed into the page
@login_not_required  # who asks is found out by what the page shows
@transaction.non_atomic_requests
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """For an open page's script: GET, whether the server is there; POST of its report, what it does not show yet."""
    return polling.status() if request.method == "GET" else polling.poll(request)
