"""A request as the views here have it, to those who check types."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """With what ``HtmxMiddleware`` adds: ``htmx`` is true for a request by htmx, and says what that says of it."""

    htmx: HtmxDetails
