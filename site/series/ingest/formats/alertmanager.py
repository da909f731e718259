"""Alertmanager's webhook, at ``POST /api/alertmanager``: see ``series.ingest.alerts``."""

from django.urls import path

from series.ingest.alerts import parse
from series.ingest.endpoint import PointsEndpoint

urlpatterns = [path("api/alertmanager", PointsEndpoint(parse))]
