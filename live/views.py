"""HTTP beside the socket: what pages ask for that have none, and what this process counted."""

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from live import polling


@staff_member_required
def metrics(request: HttpRequest) -> HttpResponse:
    """All counters of this process, in Prometheus' text format. For staff."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@csrf_exempt  # it changes nothing, and what it may be asked for is signed into the page
@login_not_required  # who asks is found out by what the page shows
@transaction.non_atomic_requests
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """For an open page's script: GET, whether the server is there; POST of its report, what it does not show yet."""
    return polling.status() if request.method == "GET" else polling.poll(request)
