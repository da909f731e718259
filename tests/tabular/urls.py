from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.cache import never_cache

from config.urls import urlpatterns as of_the_site


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "tabular/page.html", {"pks": Group.objects.order_by("pk").values_list("pk", flat=True)})


urlpatterns = [path("tabular/", page), path("live/", include("live.urls")), *of_the_site]
