from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_site
from live.rendering.context import current_context, default_context


def zone_of_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The zone is in the page's address; what the page asks for later has none."""

    def respond(request: HttpRequest) -> HttpResponse:
        with timezone.override(request.GET.get("zone")):
            return get_response(request)

    return respond


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "languages/page.html", {"tenant": request.GET.get("tenant")})


def tenant(request: HttpRequest) -> HttpResponse:
    """What the page is for whose button has asked."""
    return HttpResponse(format_html("{}", (current_context() or default_context()).get("tenant")))


urlpatterns = [
    path("languages/", page),
    path("languages/tenant/", tenant),
    path("live/", include("live.urls")),
    *of_the_site,
]
