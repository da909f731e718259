"""What a form that was sent changes: checked values only, every line, and never what somebody else has made of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards.editing.form.side_form import MAX_LINES
from boards.editing.history import snapshot
from boards.models import Panel, Revision
from tests.unit.boards.editing.form.test_side_form import loaded, post, text

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def by_ada(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def by_bob(bob: User) -> Client:
    client = Client()
    client.force_login(bob)
    return client


@pytest.mark.parametrize(
    "seen",
    [
        *(
            {"title": {"a": 1}},
            {"title": None},
            {"kind": 5},
            {"editable": "x"},
            {"options": 7},
            {"options.unit": [1]},
        ),
        *({"lines": 5}, {"lines": None}, {"lines": [{"id": None}]}, {"base": 1}),
    ],
)
@pytest.mark.parametrize("how", ["take", "keep"])
def test_what_a_form_says_it_has_seen_is_never_saved(
    by_ada: Client, make_panel: Callable[..., Panel], seen: dict[str, Any], how: str
) -> None:
    panel = make_panel("cpu", options={"unit": "ms"})
    before = snapshot(panel.pk)
    response = post(by_ada, panel, loaded(panel) | {"seen": json.dumps(seen), how: list(seen)})
    assert response.status_code == 200
    assert snapshot(panel.pk) == before and not Revision.objects.exists()


def test_a_choice_that_somebody_else_has_changed_again_is_asked_anew(
    by_ada: Client, by_bob: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu")
    mine = loaded(panel) | {"title": "Mine", "seen": json.dumps({"title": "Theirs"}), "take": "title"}
    post(by_bob, panel, loaded(panel) | {"title": "Newer"})
    response = post(by_ada, panel, mine)
    assert response.status_code == 409 and "Yours: Mine" in text(response) and "bob: Newer" in text(response)


def test_two_lines_can_change_places_by_what_is_typed(by_ada: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu", "ram")
    first, second = panel.lines.all()
    swapped = {f"line-{first.pk}-selector": "ram", f"line-{second.pk}-selector": "cpu"}
    response = post(by_ada, panel, loaded(panel) | swapped)
    assert response.status_code == 200, text(response)
    shown = [(line.pk, line.series and line.series.name, line.query) for line in panel.lines.all()]
    assert shown == [(first.pk, "ram", None), (second.pk, "cpu", None)]


def test_no_line_is_lost_however_many_there_are(by_ada: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel(*(f"s{number}" for number in range(MAX_LINES + 2)))
    assert post(by_ada, panel, loaded(panel) | {"title": "Load"}).status_code == 200
    assert panel.lines.count() == MAX_LINES + 2
    response = post(by_ada, panel, loaded(panel) | {"pick": "disk"})
    assert response.status_code == 422 and "at most 50 lines" in text(response)
    assert panel.lines.count() == MAX_LINES + 2


@pytest.mark.parametrize("name", ["pick", "search"])
def test_what_no_series_can_be_called_is_refused(by_ada: Client, panels: list[Panel], name: str) -> None:
    panel = panels[0]
    panel.lines.all().delete()
    # With the title of a new panel its first series says what that is to be.
    data = loaded(panel) | {"title": "Line", "do": "save", name: "cpu\0"}
    data.pop("auto")
    response = post(by_ada, panel, data)
    assert response.status_code == 422 and "Null characters are not allowed" in text(response)
    assert not panel.lines.exists()
