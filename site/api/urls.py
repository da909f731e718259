"""The addresses below ``/api/`` of boards, panels, series, notices and tokens, and the description of all."""

from django.urls import path

from api import openapi
from api.addresses import service
from live.api import endpoint

app_name = "api"

urlpatterns = [
    path("", openapi.page, name="page"),
    path("openapi.json", endpoint(openapi.as_json, methods=["GET", "HEAD"]), name="openapi"),
    *service.addresses(),
]
