from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_site
from tests.reading.fragments import PARTS


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "reading/page.html", {"pks": range(1, PARTS + 1), "log": PARTS + 1})


urlpatterns = [path("reading/", page), path("live/", include("live.urls")), *of_the_site]
