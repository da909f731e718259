"""Queries of panels in the admin: the parts of one are fields of their own."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.queries import Query
from series.selectors import parse
from series.storage.reducers import Reducer
from tests.unit.boards.editing.form.test_panel_form import ADD, change, errors, sent

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def make(board: Board, query: Query) -> Panel:
    panel = Panel.objects.create(board=board, title="Some")
    PanelSeries.objects.create(panel=panel, query=query.json())
    return panel


def stored() -> Any:
    return PanelSeries.objects.get().query


def test_a_query_is_made_in_the_admin(board: Board, admin_client: Client) -> None:
    line = dict(selector="http.errors{host=*}", function="rate", combine="sum", by="host, zone", factor="100")
    answer = admin_client.post(ADD, sent(board, line | {"divided_by": "http.requests"}))
    assert answer.status_code == 302, errors(answer.content.decode())
    same = {"function": "rate", "combine": "sum", "by": ["host", "zone"]}
    assert stored() == {
        "selector": "http.errors{host=*}",
        **same,
        "divided_by": {"selector": "http.requests", **same},
        "factor": 100.0,
    }
    html = admin_client.get(change(Panel.objects.get())).content.decode()
    assert 'value="http.requests"' in html and 'value="host, zone"' in html and 'value="100.0"' in html


def test_another_divisor_is_json_in_the_admin(board: Board, admin_client: Client) -> None:
    divisor = {"selector": "http.requests", "function": "max"}
    line = dict(selector="http.errors", divided_by=json.dumps(divisor))
    assert admin_client.post(ADD, sent(board, line)).status_code == 302
    assert stored() == {"selector": "http.errors", "divided_by": divisor}
    html = admin_client.get(change(Panel.objects.get())).content.decode()
    assert "{&quot;selector&quot;: &quot;http.requests&quot;, &quot;function&quot;: &quot;max&quot;}" in html


def test_a_function_of_a_series_is_a_query(board: Board, admin_client: Client) -> None:
    cpu = Series.objects.create(name="cpu", tags={"host": "a"})
    assert admin_client.post(ADD, sent(board, dict(series=cpu.pk, function="rate"))).status_code == 302
    assert (stored(), PanelSeries.objects.get().series) == ({"selector": "cpu{host=a}", "function": "rate"}, None)


@pytest.mark.parametrize(
    ("name", "tags"),
    [("cpu*", {}), ('12" screen', {}), ("cpu", {"host": "*"}), ("cpu", {"host": ' "a" '}), ("cpu", {"a!": "~"})],
)
def test_a_function_of_a_series_is_of_that_one_whatever_it_is_called(
    board: Board, admin_client: Client, name: str, tags: dict[str, str]
) -> None:
    series = Series.objects.create(name=name, tags=tags)
    answer = admin_client.post(ADD, sent(board, dict(series=series.pk, function="rate")))
    assert answer.status_code == 302, errors(answer.content.decode())
    selector = parse(stored()["selector"])
    assert selector.matches(name, tags)
    assert not selector.matches("cpus", {}) and not selector.matches("cpu", {"host": "a"})


@pytest.mark.parametrize("wrong", [[1], "cpu", 1])
def test_a_stored_query_that_is_none_can_be_put_right(board: Board, admin_client: Client, wrong: object) -> None:
    panel = make(board, Query("cpu"))
    PanelSeries.objects.update(query=wrong)
    assert admin_client.get(change(panel)).status_code == 200


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (dict(selector="cpu{"), "The name of a tag must be here. (column 5)"),
        (dict(selector="cpu", divided_by="{"), "This is no JSON"),
        (dict(selector="cpu", divided_by='{"a":' * 100_000), "This is no JSON"),
        (dict(selector="cpu", divided_by='{"selector": 1}'), "It must say which series"),
        (dict(selector="cpu", factor="much"), "Enter a number."),
        (dict(function="rate"), "It must begin with the name of a series."),
        (dict(label="Nothing"), "Choose a series, or say by a selector which ones."),
    ],
)
def test_what_is_wrong_is_said_in_the_admin(
    board: Board, admin_client: Client, line: dict[str, str], words: str
) -> None:
    html = admin_client.post(ADD, sent(board, line)).content.decode()
    assert any(words in error for error in errors(html)), errors(html)
    assert not Panel.objects.exists()


def test_a_series_and_a_selector_are_refused(board: Board, admin_client: Client) -> None:
    cpu = Series.objects.create(name="cpu")
    html = admin_client.post(ADD, sent(board, dict(series=cpu.pk, selector="cpu"))).content.decode()
    assert "Choose a series, or say by a selector which ones." in errors(html)


def test_who_may_only_view_panels_sees_their_queries(board: Board, client: Client) -> None:
    panel = make(board, Query("cpu{host=*}", Reducer.MAX))
    ada = User.objects.create_user("ada", is_staff=True)
    ada.user_permissions.set(Permission.objects.filter(codename__in=["view_board", "view_panel", "view_panelseries"]))
    client.force_login(ada)
    html = client.get(change(panel)).content.decode()
    assert "cpu{host=*}" in html and "max" in html and 'name="lines-0-selector"' not in html
