"""Heartbeats: of healthchecks.io and of Uptime Kuma."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from series.models import Point
from series.samples import Sample
from series.storage.write import write
from tests.unit.series.sending import states
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def values() -> list[tuple[str, float]]:
    return list(Point.objects.order_by("time", "series").values_list("series__identity", "value"))


@pytest.fixture
def beat() -> str:
    """The secret of a token for one series."""
    return Token.objects.issue("backup", "write:backup", "banners")[1]


class TestHealthchecks:
    @pytest.mark.parametrize(
        ("event", "value"),
        [("", 1), ("/", None), ("/0", 1), ("/1", 0), ("/255", 0), ("/fail", 0), ("/start", 2), ("/log", None)],
    )
    def test_an_event_is_a_point(self, client: Client, beat: str, event: str, value: float | None) -> None:
        response = client.get(f"/ping/{beat}{event}")
        if event == "/":
            assert response.status_code == 404
            return
        assert (response.status_code, response.content) == (200, b"OK")
        assert response.headers["Ping-Body-Limit"] == "0"
        assert values() == ([] if value is None else [("backup", value)])
        assert states() == ({} if value is None else {"backup": ["down", "up", "running"]})

    @pytest.mark.parametrize("method", ["HEAD", "GET", "POST"])
    def test_any_of_these_methods_will_do(self, client: Client, beat: str, method: str) -> None:
        assert client.generic(method, f"/ping/{beat}?rid=1", b"some output").status_code == 200
        assert values() == [("backup", 1)]

    @pytest.mark.parametrize("event", ["/256", "/ok", "/-1"])
    def test_another_event_is_refused(self, client: Client, beat: str, event: str) -> None:
        assert client.get(f"/ping/{beat}{event}").status_code == 404
        assert not values()

    def test_an_unknown_token_is_an_address_that_there_is_not(self, client: Client) -> None:
        response = client.get(f"/ping/{'x' * 43}")
        assert (response.status_code, response.content) == (404, b"not found")


class TestUptimeKuma:
    @pytest.mark.parametrize(
        ("query", "value"), [("", 1), ("?status=up&msg=OK&ping=", 1), ("?status=down&msg=no", 0), ("?ping=12.3", 1)]
    )
    def test_a_heartbeat_is_a_point(self, client: Client, beat: str, query: str, value: float) -> None:
        response = client.get(f"/api/push/{beat}{query}")
        assert (response.status_code, json.loads(response.content)) == (200, {"ok": True})
        assert values() == [("backup", value)]
        assert states() == {"backup": ["down", "up", "running"]}

    def test_a_series_that_holds_numbers_goes_on(self, client: Client, beat: str) -> None:
        write([Sample("backup", {}, datetime(2026, 1, 31, tzinfo=UTC), 1.0)])
        assert client.get(f"/api/push/{beat}?status=down").status_code == 200
        assert (values(), states()) == ([("backup", 1), ("backup", 0)], {})

    def test_its_ping_is_a_series_of_its_own_where_that_is_allowed(self, client: Client) -> None:
        secret = Token.objects.issue("web", "write:web*")[1]
        assert client.post(f"/api/push/{secret}?status=up&ping=12.3").status_code == 200
        assert values() == [("web", 1), ("web.ping", 12.3)]

    @pytest.mark.parametrize("query", ["status=sideways", "ping=x", "ping=-1", "ping=1e12", "ping=nan", "ping=1e400"])
    def test_what_is_wrong_is_refused(self, client: Client, beat: str, query: str) -> None:
        response = client.get(f"/api/push/{beat}?{query}")
        assert response.status_code == 400
        assert json.loads(response.content)["ok"] is False
        assert not values()

    def test_an_unknown_token(self, client: Client) -> None:
        response = client.get(f"/api/push/{'x' * 43}?status=up")
        assert response.status_code == 404
        assert json.loads(response.content) == {"ok": False, "msg": "Monitor not found or not active."}


@pytest.mark.parametrize("scopes", [["write:*"], ["write:a", "write:b"], ["banners"]])
def test_a_token_that_names_no_one_series_is_refused(client: Client, scopes: list[str]) -> None:
    secret = Token.objects.issue("any", *scopes)[1]
    assert client.get(f"/ping/{secret}").status_code == 403
    response = client.get(f"/api/push/{secret}")
    assert response.status_code == 403 and "one scope to write" in json.loads(response.content)["msg"]
