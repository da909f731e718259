"""Which options go together, what is said of those that do not, and the admin's forms."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from boards.models import LONGEST_TEXT, Board, Panel, PanelSeries
from boards.options import KINDS_WITH
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Kind = Panel.Kind
# A value of each option that somebody must have set.
SET: dict[str, Any] = {
    "over": "latest",
    "stacked": True,
    "horizontal": True,
    "log": True,
    "least_span": 5.0,
    "extremes": True,
    "bins": 12,
    "rows": 4,
    "history_days": 30,
    "states": "0 = Down, bad",
    "text": "words",
}


def refusals(board: Board, **fields: Any) -> dict[str, list[str]]:
    """What a panel with these fields is refused for, by field."""
    if fields.get("kind") == "text":
        fields.setdefault("text", "words")
    if fields.get("kind") == "heatmap":
        fields.setdefault("window", 7 * 86400)
    try:
        Panel(board=board, title="Some", **fields).full_clean()
    except ValidationError as refused:
        return refused.message_dict
    return {}


def test_every_option_is_for_some_kinds() -> None:
    assert set(KINDS_WITH) == set(SET)
    assert {kind for kinds in KINDS_WITH.values() for kind in kinds} <= set(Kind.values)


def test_every_kind_is_offered_once() -> None:
    offered = [kind for _group, kinds in Panel._meta.get_field("kind").choices for kind, _label in kinds]
    assert sorted(offered) == sorted(Kind.values)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_panel_that_nobody_has_set_anything_for_is_fine(board: Board, kind: str) -> None:
    assert refusals(board, kind=kind) == {}


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("option", SET)
def test_an_option_is_refused_where_it_would_silently_do_nothing(board: Board, kind: str, option: str) -> None:
    found = refusals(board, kind=kind, **{option: SET[option]})
    if kind in KINDS_WITH[option]:
        assert found == {}
    else:
        assert list(found) == [option]
        assert "does nothing for the kind" in found[option][0]


def test_the_sentence_names_the_option_and_the_kinds(board: Board) -> None:
    assert refusals(board, kind="heatmap", stacked=True) == {
        "stacked": ["“Stacked” does nothing for the kind “heat map”; it is for “area”, “bars”."]
    }


@pytest.mark.parametrize("kind", Kind.values)
def test_what_describes_the_numbers_stays_when_the_kind_changes(board: Board, kind: str) -> None:
    numbers = dict(unit="ms", minimum=1.0, maximum=9.0, warn_at=5.0, bad_at=7.0, good="down", expected_every=5.0)
    assert refusals(board, kind=kind, **numbers) == {}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        (dict(minimum=5.0, maximum=5.0), "maximum", "The axis must end above where it begins."),
        (dict(minimum=0.0, log=True), "minimum", "A logarithmic axis has no place for zero and less"),
        (dict(maximum=-1.0, log=True), "maximum", "A logarithmic axis has no place for zero and less"),
        (dict(warn_at=9.0, bad_at=8.0), "bad_at", "Critical must not begin below the warning"),
        (dict(warn_at=8.0, bad_at=9.0, good="up"), "bad_at", "Where up is good, critical must not begin above"),
        (dict(kind="gauge", minimum=150.0), "minimum", "A gauge from 150 to 100 has no length"),
        (dict(kind="gauge", maximum=-1.0), "maximum", "A gauge from 0 to -1 has no length"),
        (dict(kind="gauge", minimum=1.0, unit="ratio"), "minimum", "A gauge from 1 to 1 has no length"),
        (dict(kind="text", text=" \n"), "text", "A text panel needs its text."),
        (dict(kind="text", editable=True), "editable", "A text has no values"),
        (dict(kind="heatmap", window=300), "window", "A heat map shows hours of weekdays"),
        (dict(kind="heatmap", window=400 * 86400), "window", "A heat map shows hours of weekdays"),
        (dict(kind="histogram", bins=1), "bins", "greater than or equal to 2"),
        (dict(kind="histogram", bins=61), "bins", "less than or equal to 60"),
        (dict(kind="status", history_days=91), "history_days", "less than or equal to 90"),
        (dict(kind="table", rows=0), "rows", "greater than or equal to 1"),
        (dict(least_span=0.0), "least_span", "greater than or equal to"),
        (dict(kind="status", states="0 = Down, bad\n1 = Up, green"), "states", "Line 2: the level must be ok, warn"),
        (dict(kind="pie"), "kind", "not a valid choice"),
        (dict(over="space"), "over", "not a valid choice"),
    ],
)
def test_what_does_not_go_together_is_said_in_words(
    board: Board, fields: dict[str, Any], field: str, words: str
) -> None:
    found = refusals(board, **fields)
    assert list(found) == [field]
    assert words in found[field][0]


@pytest.mark.parametrize(
    "fields",
    [
        dict(minimum=0.1, log=True),
        dict(warn_at=9.0, bad_at=8.0, good="up"),
        dict(warn_at=8.0, bad_at=8.0, good="up"),
        dict(warn_at=8.0, bad_at=9.0, good="down"),
        dict(bad_at=9.0, good="up"),
        dict(kind="gauge", minimum=-50.0),
        dict(kind="gauge", unit="ratio"),
        dict(kind="heatmap", window=86400),
    ],
)
def test_what_goes_together_is_not_refused(board: Board, fields: dict[str, Any]) -> None:
    assert refusals(board, **fields) == {}


# In the admin


def form_of(board: Board, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What a browser sends for a panel's page."""
    given = dict(
        board=board.pk, title="New", kind="line", width=6, position=0, window=300, over="time", history_days=0
    ) | {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        for name, value in {"label": "", "group": "", "position": number, **line}.items():
            given[f"lines-{number}-{name}"] = value
    return given | fields


def errors(html: str) -> list[str]:
    """What the admin says is wrong, in the order of the page."""
    lists = re.findall(r'<ul class="errorlist.*?</ul>', html, re.DOTALL)
    return [unescape(each) for found in lists for each in re.findall(r"<li>(.*?)</li>", found)]


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_can_be_chosen_in_the_admin(board: Board, admin_client: Client, kind: str) -> None:
    cpu = Series.objects.create(name="cpu")
    more = {"text": dict(text="# Hello"), "heatmap": dict(window=86400)}.get(kind, {})
    lines = [] if kind == "text" else [dict(series=cpu.pk)]
    answer = admin_client.post("/admin/boards/panel/add/", form_of(board, *lines, kind=kind, **more))
    assert answer.status_code == 302, errors(answer.content.decode())
    assert Panel.objects.get().kind == kind
    assert admin_client.get(f"/admin/boards/panel/{Panel.objects.get().pk}/change/").status_code == 200


def test_the_admin_says_what_is_wrong_beside_the_field(board: Board, admin_client: Client) -> None:
    answer = admin_client.post("/admin/boards/panel/add/", form_of(board, stacked="on", warn_at=9, bad_at=8))
    assert errors(answer.content.decode()) == [
        "Critical must not begin below the warning, unless up is good.",
        "“Stacked” does nothing for the kind “line”; it is for “area”, “bars”.",
    ]
    too_long = form_of(board, kind="text", text="x" * (LONGEST_TEXT + 1))
    assert (
        "at most 20000 characters"
        in errors(admin_client.post("/admin/boards/panel/add/", too_long).content.decode())[0]
    )


def test_every_option_is_in_the_admin(board: Board, admin_client: Client) -> None:
    html = admin_client.get("/admin/boards/panel/add/").content.decode()
    assert [name for name in SET if f'name="{name}"' not in html] == []
    assert '<optgroup label="Whether it works">' in html


def test_what_a_kind_has_of_its_own_is_open_in_the_admin(board: Board, admin_client: Client) -> None:
    def folded(panel: Panel) -> list[str]:
        html = admin_client.get(f"/admin/boards/panel/{panel.pk}/change/").content.decode()
        sets = re.findall(r'<fieldset class="module aligned\s*(collapse)?.*?<h2[^>]*>\s*(.*?)\s*</h2>', html, re.DOTALL)
        return [name for collapse, name in sets if collapse]

    status = Panel.objects.create(board=board, title="a", kind="status")
    assert folded(status) == ["Axis", "Line, area and bars", "Histogram and table", "Text"]
    assert "Text" not in folded(Panel.objects.create(board=board, title="b", kind="text", text="words"))


def test_a_boards_page_says_what_is_wrong_with_a_field_that_it_does_not_have(
    board: Board, admin_client: Client
) -> None:
    panel = Panel.objects.create(board=board, title="Bars", kind="bar", stacked=True)
    given = dict(title="Mine", slug="mine", public="on", time_zone="UTC", position=0)
    inline = dict(id=panel.pk, title="Bars", kind="line", width=6, position=0, unit="", window=300, expected_every="")
    total = {"panels-TOTAL_FORMS": 1, "panels-INITIAL_FORMS": 1}
    given |= {f"panels-0-{name}": value for name, value in inline.items()} | total | {"panels-0-board": board.pk}
    address = f"/admin/boards/board/{board.pk}/change/"
    answer = admin_client.post(address, given)
    assert answer.status_code == 200
    assert "“Stacked” does nothing for the kind “line”; it is for “area”, “bars”." in errors(answer.content.decode())
    assert admin_client.post(address, given | {"panels-0-kind": "area"}).status_code == 302
    assert Panel.objects.get().kind == "area"
    answer = admin_client.post(address, given | {"panels-0-kind": "text"})
    assert any(each.startswith("A text panel needs its text.") for each in errors(answer.content.decode()))


def test_two_series_at_one_place_are_refused(board: Board, admin_client: Client) -> None:
    one, two = (Series.objects.create(name=name) for name in ("one", "two"))
    lines = [dict(series=one.pk, label="In", group="Mon"), dict(series=two.pk, label="In", group="Mon")]
    address = "/admin/boards/panel/add/"
    answer = admin_client.post(address, form_of(board, *lines, kind="bar", over="latest"))
    assert "Two series are “In” of the category “Mon”; one would hide the other." in answer.content.decode()
    lines[1]["group"] = "Tue"
    assert admin_client.post(address, form_of(board, *lines, kind="bar", over="latest")).status_code == 302
    assert [str(line) for line in PanelSeries.objects.all()] == ["Mon In", "Tue In"]
    assert User.objects.get().is_superuser
