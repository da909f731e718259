from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_site
from live import ANY
from tests.listed.fragments import items


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "listed/page.html", {"also": request.GET.get("also")})


def change(request: HttpRequest) -> HttpResponse:
    """``add=name``, ``remove=name``, or ``rename=name&to=name``, which may move it."""
    asked = request.GET
    if name := asked.get("add"):
        Group.objects.create(name=name)
    elif name := asked.get("remove"):
        Group.objects.get(name=name).delete()
    elif name := asked.get("rename"):
        group = Group.objects.get(name=name)
        group.name = asked["to"]
        group.save()
    items.changed(starts=ANY)
    return HttpResponse(status=204)


urlpatterns = [
    path("listed/", page),
    path("listed/change/", change),
    path("live/", include("live.urls")),
    *of_the_site,
]
