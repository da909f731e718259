"""Grafana's alerting, at ``POST /api/grafana``: the payload of its contact point Webhook is Alertmanager's, and more.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from django.urls import path

from series.ingest.alerts import parse
from series.ingest.endpoint import PointsEndpoint

urlpatterns = [path("api/grafana", PointsEndpoint(parse, methods=("POST", "PUT")))]
