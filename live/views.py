"""What this process counted, for Prometheus or for a look."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


@staff_member_required
def metrics(request: HttpRequest) -> HttpResponse:
    """All counters of this process, in Prometheus' text format. For staff."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
