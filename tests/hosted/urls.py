from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_site


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """``?where=`` the page's own scripts are, ``scripts=`` which, and ``how=`` they are loaded; ``ours``: ours, too."""
    scripts = [name for name in request.GET.get("scripts", "").split(",") if name]
    return render(request, "hosted/page.html", {"scripts": scripts, **request.GET.dict()} | {"scripts": scripts})


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"got {request.GET.get('number', 'nothing')}")


@never_cache
def parts(request: HttpRequest) -> HttpResponse:
    """A page, and for htmx what is in its list: an item, or a feed."""
    is_part = "HX-Request" in request.headers
    shown = {name: request.GET.get(name) for name in ("pk", "feed")}
    return render(request, f"hosted/parts.html{'#part' if is_part else ''}", shown)


@never_cache
def lazy(request: HttpRequest) -> HttpResponse:
    pks = Group.objects.filter(pk__gte=7001).order_by("pk").values_list("pk", flat=True)
    return render(request, "hosted/lazy.html", {"pks": pks})


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "hosted/plain.html")


urlpatterns = [
    path("hosted/plain", plain),
    path("hosted/lazy", lazy),
    path("hosted/parts", parts),
    path("hosted/", page),
    path("hosted/echo", echo),
    path("live/", include("live.urls")),
    *of_the_site,
]
