"""Without forms, for tests: ``/in/ann`` logs in as ann, ``/as/bob`` has her look as bob, ``/as/`` as herself again."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from tests.acting.models import User
from tests.acting.users import ACTS_AS


def log_in(request: HttpRequest, name: str) -> HttpResponse:
    login(request, User.objects.get(username=name))
    return HttpResponse("")


def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse("")


def look_as(request: HttpRequest, name: str = "") -> HttpResponse:
    request.session[ACTS_AS] = str(User.objects.get(username=name).pk) if name else None
    return HttpResponse("")


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "acting/page.html")


urlpatterns = [
    path("", page),
    path("in/<name>", log_in, name="login"),
    path("out", log_out),
    path("as/", look_as),
    path("as/<name>", look_as),
    path("live/", include("live.urls")),
]
