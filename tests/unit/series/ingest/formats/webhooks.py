"""Bodies of webhooks as the documentation of their senders has them."""

from typing import Any

ALERTMANAGER: dict[str, Any] = {
    "receiver": "sms",
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {
                "alertname": "ProbeFailure",
                "instance": "https://server.example.org",
                "job": "http_checks",
                "monitor": "master",
                "severity": "critical",
            },
            "annotations": {
                "description": "Instance https://server.example.org has been down for over 5m. Job: http_checks",
                "summary": "BlackBox Probe Failure: https://server.example.org",
            },
            "startsAt": "2026-02-06T13:08:45.828266876Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.org:9090/graph?g0.expr=probe_success+%3D%3D+0&g0.tab=1",
            "fingerprint": "1a30ba71cca2921f",
        }
    ],
    "groupLabels": {"alertname": "ProbeFailure"},
    "commonLabels": {"alertname": "ProbeFailure", "job": "http_checks", "severity": "critical"},
    "commonAnnotations": {"summary": "BlackBox Probe Failure: https://server.example.org"},
    "externalURL": "http://prometheus.example.org:9093",
    "version": "4",
    "groupKey": '{}/{severity="critical"}:{alertname="ProbeFailure"}',
    "truncatedAlerts": 0,
}
PROBE = "alerts{alertname=ProbeFailure,instance=https://server.example.org,job=http_checks,monitor=master,severity=critical}"


def grafana_alert(name: str, zone: str, starts: str, fingerprint: str, **values: float) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": name, "team": "blue", "zone": zone},
        "annotations": {
            "description": f"{name} in {zone}",
            "runbook_url": "https://myrunbook.com/runbook/1234",
            "summary": f"This alert was triggered for zone {zone}",
        },
        "startsAt": starts,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://play.grafana.org/alerting/1afz29v7z/edit",
        "fingerprint": fingerprint,
        "silenceURL": "https://play.grafana.org/alerting/silence/new?alertmanager=grafana&matchers=alertname%3DT2",
        "dashboardURL": "",
        "panelURL": "",
        "values": values,
        "valueString": "[ metric='' labels={} value=14151.331895396988 ]",
    }


GRAFANA: dict[str, Any] = {
    "receiver": "My Super Webhook",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        grafana_alert("High memory usage", "us-1", "2026-10-12T09:51:03.157076+02:00", "c6eadffa33fcdf37", B=44.2, C=1),
        grafana_alert("High CPU usage", "eu-1", "2026-10-12T09:56:03.157076+02:00", "bc97ff14869b13e3", B=44.2, C=1),
    ],
    "groupLabels": {},
    "commonLabels": {"team": "blue"},
    "commonAnnotations": {},
    "externalURL": "https://play.grafana.org/",
    "version": "1",
    "groupKey": "{}:{}",
    "truncatedAlerts": 0,
    "title": "[FIRING:2]  (blue)",
    "state": "alerting",
    "message": "**Firing**\n\nLabels:\n - alertname = T2\n - team = blue\n - zone = us-1",
}


def resolved(body: dict[str, Any], ends: str = "2026-10-12T10:00:00Z") -> dict[str, Any]:
    """The same group, when its alerts are over."""
    alerts = [{**alert, "status": "resolved", "endsAt": ends} for alert in body["alerts"]]
    return {**body, "status": "resolved", "alerts": alerts}
