"""The webhooks of Alertmanager and Grafana."""

import base64
import copy
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from live.banners import lifecycle
from live.banners.models import Banner
from live.notices.models import AuditEntry
from series import maintenance
from series.ingest import alert_banners
from series.models import AlertBanner, Point, Series
from series.storage.query import latest
from tests.unit.series.ingest.asking import ask
from tests.unit.series.ingest.formats.webhooks import ALERTMANAGER, GRAFANA, PROBE, resolved
from tests.unit.series.sending import refused, states
from tokens.models import Token

Send = Callable[..., HttpResponse]
STARTED = datetime(2026, 2, 6, 13, 8, 45, 828266, tzinfo=UTC)
ENDED = datetime(2026, 10, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bodies are of a year that may not have come yet on the clock of a test."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 1, 12, tzinfo=UTC))


@pytest.fixture
def secret(db: None) -> str:
    return Token.objects.issue("alertmanager", "write:alerts", "banners")[1]


@pytest.fixture
def send(client: Client, secret: str) -> Send:
    def post(body: Any, path: str = "/api/alertmanager", **headers: str) -> HttpResponse:
        shown = {"Authorization": f"Bearer {secret}", **headers}
        return client.post(path, json.dumps(body), content_type="application/json", headers=shown)

    return post


def points() -> list[tuple[str, datetime, float]]:
    return list(Point.objects.order_by("time").values_list("series__identity", "time", "value"))


def shown() -> list[tuple[str, str, datetime]]:
    """The banners that are to be seen."""
    return list(Banner.objects.filter(ends=None).order_by("pk").values_list("level", "text", "starts"))


def with_alert(**changes: Any) -> dict[str, Any]:
    return {**ALERTMANAGER, "alerts": [{**ALERTMANAGER["alerts"][0], **changes}]}


def with_labels(**labels: str) -> dict[str, Any]:
    return with_alert(labels={**ALERTMANAGER["alerts"][0]["labels"], **labels})


@pytest.mark.database
@pytest.mark.django_db
class TestSeries:
    def test_an_alert_is_0_from_when_it_fires_and_1_from_when_it_is_resolved(self, send: Send) -> None:
        for body in (ALERTMANAGER, resolved(ALERTMANAGER)):
            response = send(body)
            assert (response.status_code, json.loads(response.content)) == (200, {"accepted": 1})
        assert [point for point in points() if point[1] in (STARTED, ENDED)] == [(PROBE, STARTED, 0), (PROBE, ENDED, 1)]
        assert sorted(value for _series, time, value in points() if time > ENDED) == [0, 1], "and when it arrived"
        assert states() == {PROBE: ["firing", "resolved"]}

    def test_an_alert_that_fires_again_as_if_it_had_all_the_time_is_0(self, send: Send) -> None:
        for body, value in ((ALERTMANAGER, 0), (resolved(ALERTMANAGER), 1), (ALERTMANAGER, 0)):
            send(body)
            (series,) = Series.objects.all()
            assert latest([series.pk])[series.pk][1] == value

    @pytest.mark.parametrize("method", ["POST", "PUT"])
    def test_grafana_sends_the_same_and_more(self, client: Client, secret: str, method: str) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        response = client.generic(method, "/api/grafana", json.dumps(GRAFANA), "application/json", headers=headers)
        assert json.loads(response.content) == {"accepted": 2}
        assert set(points()) >= {
            ("alerts{alertname=High memory usage,team=blue,zone=us-1}", datetime.fromisoformat(GRAFANA_STARTS[0]), 0),
            ("alerts{alertname=High CPU usage,team=blue,zone=eu-1}", datetime.fromisoformat(GRAFANA_STARTS[1]), 0),
        }

    def test_the_token_may_be_the_password(self, send: Send, secret: str) -> None:
        basic = base64.b64encode(f"any:{secret}".encode()).decode()
        assert send(ALERTMANAGER, Authorization=f"Basic {basic}").status_code == 200
        assert send(ALERTMANAGER, Authorization="Basic eDp5").status_code == 401

    @pytest.mark.parametrize("starts", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00", "soon", None, 5])
    def test_a_time_that_is_none_is_that_of_its_arrival(self, send: Send, starts: Any) -> None:
        assert send(with_alert(startsAt=starts)).status_code == 200
        assert points() == [(PROBE, timezone.now(), 0)]

    @pytest.mark.parametrize("ahead", ["2026-11-01T12:00:01Z", "2026-11-01T12:00:01", "9999-12-31T23:59:59-10:00"])
    def test_so_is_one_that_is_still_to_come_or_has_no_zone(self, send: Send, ahead: str) -> None:
        assert send(resolved(ALERTMANAGER, ahead)).status_code == 200
        assert points() == [(PROBE, timezone.now(), 1)]

    @pytest.mark.parametrize(
        "labels", [{"query": "x" * 201}, {"query": "a\nb"}, {str(n): "y" * 190 for n in range(12)}]
    )
    def test_of_labels_that_no_series_can_have_the_fingerprint_is_left(self, send: Send, labels: Any) -> None:
        assert send(with_labels(alertname="Probe\nFailure", **labels)).status_code == 200
        (identity,) = Series.objects.values_list("identity", flat=True)
        assert identity == "alerts{alertname=Probe Failure,fingerprint=1a30ba71cca2921f}"

    @pytest.mark.parametrize(
        ("body", "index", "field"),
        [
            ([], None, None),
            ({**ALERTMANAGER, "alerts": {}}, None, None),
            ({**ALERTMANAGER, "alerts": [ALERTMANAGER["alerts"][0], 5]}, 1, "alerts"),
            (with_alert(status="pending"), 0, "status"),
            (with_alert(status=["firing"]), 0, "status"),
            (with_alert(labels={}), 0, "labels"),
            (with_alert(labels=[1]), 0, "labels"),
            (with_alert(labels={"alertname": 5}), 0, "labels"),
            (with_alert(annotations={"summary": None}), 0, "annotations"),
            (with_alert(labels={"a": "x" * 201}, fingerprint=None), 0, "tags"),
            (with_alert(labels={"a": "x" * 201}, fingerprint="x" * 201), 0, "tags"),
            ({**ALERTMANAGER, "groupKey": None}, None, "groupKey"),
        ],
    )
    def test_what_is_wrong_is_refused_for_good(self, send: Send, body: Any, index: Any, field: Any) -> None:
        code = "invalid_field" if field else "invalid_body"
        error = refused(send(body), 400, code)
        assert (error.get("index"), error.get("field")) == (index, field)
        assert not Banner.objects.exists()

    def test_so_are_too_many(self, send: Send) -> None:
        refused(send({**ALERTMANAGER, "alerts": [0] * 10_001}), 413, "too_many_alerts")


GRAFANA_STARTS = [alert["startsAt"] for alert in GRAFANA["alerts"]]


@pytest.mark.database
@pytest.mark.django_db
class TestBanner:
    def test_is_there_while_the_group_fires(self, send: Send) -> None:
        send(ALERTMANAGER)
        assert shown() == [("outage", "BlackBox Probe Failure: https://server.example.org", STARTED)]
        send(resolved(ALERTMANAGER))
        assert shown() == [] and Banner.objects.get().ends == timezone.now()
        assert not AlertBanner.objects.exists()
        entries = AuditEntry.objects.order_by("pk").values_list("who", "action")
        assert list(entries) == [("token alertmanager", "banner made"), ("token alertmanager", "banner ended")]

    def test_the_same_again_changes_nothing(self, send: Send) -> None:
        for body in (ALERTMANAGER, resolved(ALERTMANAGER)):
            for _ in range(3):
                send(body)
        assert Banner.objects.count() == 1
        assert AuditEntry.objects.count() == 2
        assert [value for _series, _time, value in points()] == [0, 1, 0, 0, 0, 1, 1, 1], (
            "since when, and once each time"
        )

    def test_a_flood_is_one(self, send: Send) -> None:
        alert = ALERTMANAGER["alerts"][0]
        flood = [{**alert, "labels": {**alert["labels"], "instance": str(n)}} for n in range(200)]
        flood[7] = {**flood[7], "annotations": {"summary": "The first"}, "startsAt": "2026-02-06T13:00:00Z"}
        assert json.loads(send({**ALERTMANAGER, "alerts": flood}).content) == {"accepted": 200}
        assert shown() == [("outage", "The first (+ 199 more)", datetime(2026, 2, 6, 13, tzinfo=UTC))]
        flood[7]["status"] = "resolved"
        send({**ALERTMANAGER, "alerts": flood})
        assert [text for _level, text, _starts in shown()] == [
            "BlackBox Probe Failure: https://server.example.org (+ 198 more)"
        ]

    def test_so_many_groups_are_a_few(self, send: Send, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING):
            for number in range(alert_banners.MAX_BANNERS + 5):
                assert send({**with_labels(instance=str(number)), "groupKey": str(number)}).status_code == 200
        assert len(shown()) == alert_banners.MAX_BANNERS
        assert Series.objects.count() == alert_banners.MAX_BANNERS + 5
        assert "alerts of token alertmanager fire without a banner: 10 others have one" in caplog.text
        send({**resolved(with_labels(instance="0")), "groupKey": "0"})
        send({**with_labels(instance="14"), "groupKey": "14"})
        assert len(shown()) == alert_banners.MAX_BANNERS, "there is room for one again"

    @pytest.mark.parametrize(
        ("severity", "level"),
        [("critical", "outage"), (" PAGE", "outage"), ("warning", "degraded"), ("", "degraded"), ("info", "info")],
    )
    def test_has_the_level_of_its_severity(self, send: Send, severity: str, level: str) -> None:
        send(with_labels(severity=severity))
        assert shown()[0][0] == level

    def test_shows_the_worst_and_follows_it(self, send: Send) -> None:
        body = copy.deepcopy(GRAFANA)
        send(body, "/api/grafana")
        assert shown()[0][:2] == ("degraded", "This alert was triggered for zone us-1 (+ 1 more)")
        body["alerts"][1]["labels"]["severity"] = "critical"
        send(body, "/api/grafana")
        assert shown()[0][:2] == ("outage", "This alert was triggered for zone eu-1 (+ 1 more)")
        body["alerts"][1]["status"] = "resolved"
        send(body, "/api/grafana")
        assert shown()[0][:2] == ("degraded", "This alert was triggered for zone us-1")
        assert Banner.objects.count() == 1

    def test_severity_none_is_not_for_people(self, send: Send) -> None:
        send(with_labels(severity="none"))
        assert not Banner.objects.exists()
        send(ALERTMANAGER)
        send(with_labels(severity="none"))
        assert Banner.objects.count() == 1 and shown() == [], "what it was about fires no more"

    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"annotations": {"description": "Disk\nfull", "summary": " "}}, "Disk\nfull"),
            ({"annotations": {"message": "a\0b\ud800c"}}, "abc"),
            ({"annotations": None}, "ProbeFailure"),
            ({"annotations": {}, "labels": {"job": "x"}}, "Alert"),
            ({"annotations": {"summary": "x" * 2000}}, "x" * 1000),
        ],
    )
    def test_says_what_there_is_to_say(self, send: Send, changes: dict[str, Any], text: str) -> None:
        assert send(with_alert(**changes)).status_code == 200
        assert shown()[0][1] == text

    def test_is_only_for_a_token_that_may(self, send: Send) -> None:
        Token.objects.update(scopes=["write:alerts"])
        assert send({**ALERTMANAGER, "groupKey": None}).status_code == 200
        assert Point.objects.exists() and not Banner.objects.exists()
        Token.objects.update(scopes=["write:cpu", "banners"])
        assert send(ALERTMANAGER).status_code == 403
        assert not Banner.objects.exists()

    @pytest.mark.parametrize(
        ("scope", "is_shown"), [("banners:everyone", True), ("banners:*", True), ("banners:group:Ops", False)]
    )
    def test_is_for_everyone_and_only_for_a_token_that_may_post_those(
        self, send: Send, scope: str, is_shown: bool
    ) -> None:
        Token.objects.update(scopes=["write:alerts", scope])
        assert send(ALERTMANAGER).status_code == 200
        assert Banner.objects.exists() is is_shown

    def test_of_a_user_needs_that_they_may_notify_everyone(self, send: Send) -> None:
        ada = User.objects.create_user("ada")
        Token.objects.update(user=ada)
        assert send(ALERTMANAGER).status_code == 200
        assert Point.objects.exists() and not Banner.objects.exists()
        ada.user_permissions.add(Permission.objects.get(codename="notify_everyone"))
        assert send(ALERTMANAGER).status_code == 200
        assert len(shown()) == 1 and AuditEntry.objects.get().who == "token alertmanager of ada"

    def test_of_another_token_is_another(self, send: Send) -> None:
        send(ALERTMANAGER)
        other = Token.objects.issue("other", "write:alerts", "banners")[1]
        send(resolved(ALERTMANAGER), Authorization=f"Bearer {other}")
        assert len(shown()) == 1

    def test_comes_with_its_points_or_not_at_all(self, send: Send, settings: Any) -> None:
        settings.NEW_SERIES_PER_HOUR = 0
        refused(send(ALERTMANAGER), 422, "too_many_series")
        assert not Banner.objects.exists() and not AuditEntry.objects.exists()

    def test_that_a_person_has_ended_stays_ended_until_it_fires_anew(self, send: Send) -> None:
        send(ALERTMANAGER)
        lifecycle.end(Banner.objects.get(), who="a person")
        send(ALERTMANAGER)
        assert shown() == []
        send(resolved(ALERTMANAGER))
        send(ALERTMANAGER)
        assert len(shown()) == 1 and Banner.objects.count() == 2

    def test_that_a_person_has_deleted_comes_again(self, send: Send) -> None:
        send(ALERTMANAGER)
        lifecycle.delete(Banner.objects.get(), who="a person")
        send(ALERTMANAGER)
        assert len(shown()) == 1

    def test_that_cannot_be_changed_is_refused_and_writes_nothing(self, send: Send) -> None:
        send(GRAFANA, "/api/grafana")
        Banner.objects.update(recipients="group:999")
        before = points()
        body = {**GRAFANA, "alerts": [*GRAFANA["alerts"], {**GRAFANA["alerts"][0], "labels": {"a": "b"}}]}
        response = send(body, "/api/grafana")
        assert (response.status_code, json.loads(response.content)["error"]["code"]) == (409, "conflict")
        assert points() == before

    def test_whose_end_nobody_reports_is_ended_by_the_maintenance(
        self, send: Send, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(ALERTMANAGER)
        now = timezone.now()
        for hours in (24, 48):
            monkeypatch.setattr(timezone, "now", lambda hours=hours: now + timedelta(hours=hours))
            maintenance.maintain()
            assert len(shown()) == 1, f"after {hours} hours"
            send(ALERTMANAGER)
        monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=74))
        maintenance.maintain()
        assert shown() == [] and not AlertBanner.objects.exists()
        assert AuditEntry.objects.order_by("pk").values_list("who", flat=True).last() == "series maintenance"
        send(ALERTMANAGER)
        assert len(shown()) == 1, "it fires after all"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/api/alertmanager", "/api/grafana"])
def test_all_of_that_is_so_in_front_of_django(secret: str, path: str) -> None:
    authorization = f"Bearer {secret}"
    answer = ask(path, json.dumps(ALERTMANAGER).encode(), authorization=authorization)
    assert (answer.status, json.loads(answer.body)) == (200, {"accepted": 1})
    assert len(shown()) == 1
    answer = ask(path, json.dumps(resolved(ALERTMANAGER)).encode(), authorization=authorization)
    assert (answer.status, shown(), len(points())) == (200, [], 4)
    assert ask(path, b"{", authorization=authorization).status == 400
    assert ask(path, b"{}").status == 401
