"""What a form that was sent changes: checked values only, every line, and never what somebody else has made of it."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from boards.editing.form.side_form import MAX_LINES, MAX_LINES_SHOWN
from boards.editing.history import snapshot
from boards.models import Panel, PanelSeries, Revision
from tests.unit.boards.editing.form.test_side_form import address, loaded, post, text

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


def of_form(html: str) -> tuple[str, int]:
    """What a form was loaded with, and how many fields a browser would send of it."""
    (base,) = re.findall(r'name="base" value="(.*?)"', html)
    return unescape(base), len(re.findall(r'<(?:input|select|textarea)[^>]* name="', html))


def test_as_many_lines_as_a_form_shows_can_be_sent(by_ada: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel(*(f"s{number}" for number in range(MAX_LINES_SHOWN)))
    base, fields = of_form(by_ada.get(address(panel)).content.decode())
    assert len(json.loads(base)["lines"]) == MAX_LINES_SHOWN and fields > 10 * MAX_LINES_SHOWN
    many = {f"line-{number}-label": "" for number in range(fields)}
    assert post(by_ada, panel, loaded(panel) | many | {"title": "Load"}).status_code == 200
    assert panel.lines.count() == MAX_LINES_SHOWN


def test_lines_that_are_too_many_for_a_form_stay_as_they_are(
    by_ada: Client, by_bob: Client, make_panel: Callable[..., Panel], points: Callable[..., None]
) -> None:
    panel = make_panel(*(f"s{number}" for number in range(MAX_LINES_SHOWN + 1)), kind="line")
    points("s0", [12.0])
    html = by_ada.get(address(panel)).content.decode()
    base, fields = of_form(html)
    assert fields < 100 and "This panel has 101 lines, more than there is room for here" in html
    assert "12" in html, "it is drawn with all of them"
    data = {name: value for name, value in loaded(panel).items() if "line" not in name} | {"base": base}
    response = post(by_ada, panel, data, "/preview")
    assert response.status_code == 200 and "<svg" not in response.content.decode(), "nothing is changed yet"
    assert "chart-line" in post(by_ada, panel, data | {"title": "Load"}, "/preview").content.decode()
    # What others make of the lines meanwhile stays, too: and then there is room for them.
    PanelSeries.objects.filter(panel=panel, position=5).update(label="Fifth")
    assert post(by_ada, panel, data | {"title": "Load"}).status_code == 200
    panel.refresh_from_db()
    assert (panel.title, panel.lines.count(), panel.lines.all()[5].label) == ("Load", MAX_LINES_SHOWN + 1, "Fifth")
    panel.lines.all()[0].delete()
    response = post(by_ada, panel, data | {"title": "Other", "base": base.replace('"Some"', '"Load"')})
    html = response.content.decode()
    assert response.status_code == 200 and html.count('name="line"') == MAX_LINES_SHOWN == panel.lines.count()
    assert len(json.loads(of_form(html)[0])["lines"]) == MAX_LINES_SHOWN


def test_in_the_admin_a_panel_has_many_lines(admin_client: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    many = {f"lines-{number}-label": "" for number in range(5000)}
    assert admin_client.post(f"/admin/boards/panel/{panel.pk}/change/", many).status_code == 200


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
