"""Numbers and dates in addresses, as nobody means them: an answer to each, and never an error of the server's."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards.models import Panel
from tokens.models import Token

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NUMBERS = [
    *("", "-1", "+1", "1.5", "1e999", "NaN", " 1 ", "1_000", "٣", "²", "1\0"),
    *("000120999", "9223372036854775808", "-9223372036854775809", "9" * 5000),
]
DATES = [
    *("2026-13-45", "0001-01-01", "9999-12-31T23:59:59-14:00", "10000-01-01"),
    *("+99999999999999d", "2026-01-01T00:00:00+99:00", "\0"),
]
# Addresses with parameters, and those parameters.
QUERIES = {
    "/panels/{pk}.svg": ("width", "height"),
    "/panels/{pk}.png": ("width", "height"),
    "/panels/{pk}": ("as",),
    "/activity/": ("page",),
    "/find/": ("q",),
    "/live/notices/activity/": ("page",),
    "/charts/": ("theme",),
}
PATHS = [
    *("/panels/{}", "/panels/{}.svg", "/panels/{}.png", "/boards/{}/", "/boards/mine/panels/{}/values"),
    *("/charts/{}.svg", "/live/notices/{}/dismiss", "/live/notices/{}/cancel", "/live/banners/{}/dismiss"),
    *("/api/banners/{}/end", "/api/banners/{}/updates", "/admin/boards/panel/{}/change/"),
]


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    client.raise_request_exception = False
    return client


@pytest.fixture
def panel(make_panel: Callable[..., Panel], points: Callable[..., None]) -> Panel:
    points("cpu", [1.0, 2.0])
    return make_panel("cpu", kind="line", editable=True)


@pytest.mark.parametrize("address", QUERIES)
def test_a_parameter_is_taken_or_refused(staff: Client, panel: Panel, address: str) -> None:
    for name in QUERIES[address]:
        for text in NUMBERS if name == "page" else [*NUMBERS, *DATES]:
            query = f"{name}=1&{name}={quote(text)}"  # the last one counts
            response = staff.get(f"{address.format(pk=panel.pk)}?{query}")
            assert response.status_code < 500, f"{address}?{query[:60]}"


@pytest.mark.parametrize("address", PATHS)
def test_a_number_in_a_path_is_found_or_not(staff: Client, panel: Panel, address: str) -> None:
    secret = Token.objects.issue("test", "banners")[1]
    for text in NUMBERS:
        for method in ("GET", "POST"):
            path = address.format(quote(text, safe=""))
            response = staff.generic(method, path, headers={"Authorization": f"Bearer {secret}"})
            assert response.status_code < 500, f"{method} {path[:80]}"


def test_a_field_of_the_api_is_taken_or_refused(staff: Client) -> None:
    headers = {"Authorization": f"Bearer {Token.objects.issue('test', 'banners', 'write:*')[1]}"}
    numbers = ["9" * 5000, "1e999", "-1", "0", str(2**63), "9" * 400, "1.5", "NaN", "true"]
    for number in [*numbers, *map(json.dumps, [*NUMBERS, *DATES])]:
        for name in ("announce_minutes_before", "from", "until"):
            body = f'{{"text": "x", "{name}": {number}}}'
            response = staff.post("/api/banners", body, "application/json", headers=headers)
            assert response.status_code < 500, body[:80]
        for name in ("value", "time"):
            body = f'{{"series": "x", "value": 1, "{name}": {number}}}'
            response = staff.post("/api/points", body, "application/json", headers=headers)
            assert response.status_code < 500, body[:80]


def test_a_field_of_a_form_is_taken_or_refused(staff: Client, panel: Panel) -> None:
    line = panel.lines.get()
    for text in NUMBERS:
        fields = {"expected_interval": text, "grace": text}
        address = f"/admin/series/series/{line.series_id}/change/"
        assert staff.post(address, fields).status_code < 500, text[:40]
        fields = {f"panel{panel.pk}-{line.pk}": text, f"initial-panel{panel.pk}-{line.pk}": "1"}
        assert staff.post(f"/boards/mine/panels/{panel.pk}/values", fields).status_code < 500, text[:40]
        names = ("width", "position", "options.window", "options.minimum", "options.warn_at")
        fields = {"board": panel.board_id, "title": "x", "kind": "line", **dict.fromkeys(names, text)}
        fields |= {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
        assert staff.post(f"/admin/boards/panel/{panel.pk}/change/", fields).status_code < 500, text[:40]
