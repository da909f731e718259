from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_site
from tests.reading.fragments import PARTS


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "reading/page.html", {"pks": range(1, PARTS + 1), "log": PARTS + 1})


@never_cache
def host(request: HttpRequest) -> HttpResponse:
    messages.warning(request, "Saved, with a warning")
    return render(
        request,
        "reading/host.html",
        {"gone": PARTS + 2, "series": {"orders": [1, 4, 2]}, "days": ["Mon", "Tue", "Wed"]},
    )


urlpatterns = [path("reading/", page), path("host/", host), path("live/", include("live.urls")), *of_the_site]
