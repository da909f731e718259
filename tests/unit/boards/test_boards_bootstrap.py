"""What a new installation begins with."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards.bootstrap import prepare
from boards.models import Board, Panel
from series.storage.query import latest

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


@pytest.fixture
def week(db: None) -> Panel:
    prepare()
    return Panel.objects.get(title="Week")


def shown(panel: Panel) -> list[float]:
    ids = list(panel.lines.values_list("series", flat=True))
    found = latest(ids)
    return [found[id][1] for id in ids]


START = [6, 3, 10, 2, 10, 1, 10]


def test_the_week_begins_as_it_should(week: Panel) -> None:
    assert shown(week) == START
    assert [line.name for line in week.lines.all()] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_the_first_start_happens_once(week: Panel) -> None:
    assert prepare() is None
    assert Board.objects.count() == 2
    assert User.objects.get().is_superuser


def test_the_first_token_sends_and_reads(client: Client) -> None:
    """As the first commands of README do with it."""
    made = prepare()
    assert made is not None
    headers = {"Authorization": f"Bearer {made.token}"}
    sent = client.post("/api/points", {"series": "orders", "value": 12}, "application/json", headers=headers)
    assert sent.status_code == 200
    answer = client.get("/api/query", {"series": "orders", "step": "60"}, headers=headers).json()
    assert [one["series"] for one in answer["series"]] == ["orders"]


def test_the_first_panels_are_such_as_the_admin_takes(week: Panel) -> None:
    assert Panel.objects.count() == 9
    for panel in Panel.objects.all():
        panel.full_clean()
    cpu = Panel.objects.get(title="CPU")
    assert (cpu.kind, cpu.options) == ("stat", {"unit": "%", "warn_at": 80.0, "bad_at": 95.0})
    assert [line.name for line in Panel.objects.get(title="Network").lines.all()] == ["In", "Out"]
    assert [line.series.name for line in cpu.lines.all()] == ["machine.cpu"]
