"""The admin's forms of panels: the options of the kind, what is wrong beside its field, and that nothing is lost."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from boards.kinds import registry
from boards.models import Board, Panel, PanelSeries
from series.models import Series
from tests.unit.boards.conftest import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ADD = "/admin/boards/panel/add/"


def change(panel: Panel) -> str:
    return f"/admin/boards/panel/{panel.pk}/change/"


def sent(board: Board, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What a browser sends for a panel's page; options by their names, with two underscores before."""
    data = dict(board=board.pk, title="New", kind="line", width=6, position=0)
    data |= {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        for name, value in {"label": "", "category": "", "position": number, **line}.items():
            data[f"lines-{number}-{name}"] = value
    return data | {name.replace("__", "options."): value for name, value in fields.items()}


def errors(html: str) -> list[str]:
    """What the admin says is wrong, in the order of the page."""
    lists = re.findall(r'<ul class="errorlist.*?</ul>', html, re.DOTALL)
    return [unescape(each) for found in lists for each in re.findall(r"<li>(.*?)</li>", found)]


def beside(html: str, option: str) -> list[str]:
    """What it says beside the field of an option."""
    row = re.search(
        rf'<div class="form-row[^"]*field-options\.{option}.*?(?=<div class="form-row|</fieldset>)', html, re.S
    )
    return errors(row[0]) if row else ["there is no such field"]


def options_in(html: str) -> list[str]:
    return re.findall(r'name="options\.(\w+)"', html)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_chosen(board: Board, admin_client: Client, kind: str) -> None:
    cpu = Series.objects.create(name="cpu")
    lines, more = ([], {"__text": "# Hello"}) if kind == "text" else ([dict(series=cpu.pk)], {})
    answer = admin_client.post(ADD, sent(board, *lines, kind=kind, **more))
    assert answer.status_code == 302, errors(answer.content.decode())
    panel = Panel.objects.get()
    assert (panel.kind, panel.options) == (kind, {"text": "# Hello"} if kind == "text" else {})
    shown = options_in(admin_client.get(change(panel)).content.decode())
    assert sorted(shown) == sorted(registry[kind].by_name)


def test_a_panel_without_series_is_saved_and_it_is_said_where_they_are_chosen(
    board: Board, admin_client: Client
) -> None:
    page = admin_client.post(ADD, sent(board, kind="gauge"), follow=True).content.decode()
    address = f"/boards/{board.slug}/panels/{Panel.objects.get().pk}/edit"
    assert "“New” shows nothing yet:" in page and f'<a href="{address}">choose its series</a>' in page
    assert admin_client.get(address).status_code == 200
    shown = admin_client.get(board.get_absolute_url()).content.decode()
    assert f'<a href="{address}">Choose its series</a>' in shown


def test_a_panel_that_needs_no_series_or_has_some_is_just_saved(board: Board, admin_client: Client) -> None:
    cpu = Series.objects.create(name="cpu")
    for data in (sent(board, kind="text", __text="a"), sent(board, dict(series=cpu.pk), kind="gauge")):
        assert "shows nothing yet" not in admin_client.post(ADD, data, follow=True).content.decode()


def test_a_panel_made_on_its_boards_page_is_said_to_need_series(board: Board, admin_client: Client) -> None:
    data = dict(title=board.title, slug=board.slug, position=0, time_zone=board.time_zone, range=board.range)
    data |= dict(view_by=board.view_by, edit_by=board.edit_by)
    data |= {"panels-TOTAL_FORMS": 1, "panels-INITIAL_FORMS": 0}
    row = dict(title="Row <b>", kind="line", width=6, height=4, position=0)
    data |= {f"panels-0-{name}": value for name, value in row.items()}
    page = admin_client.post(f"/admin/boards/board/{board.pk}/change/", data, follow=True).content.decode()
    panel = Panel.objects.get()
    assert "“Row &lt;b&gt;” shows nothing yet:" in page, errors(page)
    assert f'<a href="/boards/{board.slug}/panels/{panel.pk}/edit">' in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_panel_can_begin_with_any_kind(board: Board, admin_client: Client, kind: str) -> None:
    html = admin_client.get(f"{ADD}?kind={kind}").content.decode()
    assert sorted(options_in(html)) == sorted(registry[kind].by_name)
    assert re.search(rf'<option value="{kind}" selected>', html)


def test_a_kind_that_there_is_not_is_refused_beside_its_field(board: Board, admin_client: Client) -> None:
    assert admin_client.get(f"{ADD}?kind=pie").status_code == 200
    answer = admin_client.post(ADD, sent(board, kind="pie"))
    assert errors(answer.content.decode()) == ["Select a valid choice. pie is not one of the available choices."]


def test_options_are_stored_as_their_types_and_only_where_they_are_set(board: Board, admin_client: Client) -> None:
    options = dict(
        __unit="ms", __window="1 h", __x_axis="time", __good="", __warn_at="5", __logarithmic="on", __minimum="0.5"
    )
    answer = admin_client.post(ADD, sent(board, **options))
    assert answer.status_code == 302, errors(answer.content.decode())
    panel = Panel.objects.get()
    assert panel.options == {"unit": "ms", "window": 3600, "warn_at": 5, "logarithmic": True, "minimum": 0.5}
    html = admin_client.get(change(panel)).content.decode()
    assert 'name="options.window" value="1 h"' in html


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(board: Board, admin_client: Client) -> None:
    wrong = dict(__warn_at=9, __bad_at=8, __window="soon", __minimum_range="-1")
    html = admin_client.post(ADD, sent(board, **wrong)).content.decode()
    assert beside(html, "window") == ["“soon” is not a length of time; one looks like 5 min, 24 h or 7 d."]
    assert beside(html, "minimum_range")[0].startswith("Ensure this value is greater than or equal to")
    assert 'value="soon"' in html
    assert not Panel.objects.exists()
    html = admin_client.post(ADD, sent(board, __warn_at=9, __bad_at=8)).content.decode()
    assert beside(html, "bad_at") == ["Critical must not begin below the warning, unless up is good."]
    html = admin_client.post(ADD, sent(board, kind="text", __text="x" * 20_001)).content.decode()
    assert "at most 20000 characters" in beside(html, "text")[0]
    assert not Panel.objects.exists()


def test_another_kind_shows_its_options_after_saving(board: Board, admin_client: Client) -> None:
    panel = Panel.objects.create(board=board, title="New", kind="area", options={"unit": "ms", "minimum": 5})
    data = sent(board, kind="gauge", __unit="ms", __window="5 min", __minimum="5", __x_axis="time", _continue="1")
    html = admin_client.post(change(panel), data, follow=True).content.decode()
    assert sorted(options_in(html)) == sorted(["unit", "good", "warn_at", "bad_at", "minimum", "maximum"])
    panel.refresh_from_db()
    assert (panel.kind, panel.options) == ("gauge", {"unit": "ms", "minimum": 5})


def test_a_kind_without_its_text_shows_where_to_write_it(board: Board, admin_client: Client) -> None:
    html = admin_client.post(ADD, sent(board, kind="text", __unit="ms")).content.decode()
    assert options_in(html) == ["text"]
    assert beside(html, "text")[0].startswith("A text panel needs its text.")


def test_an_option_of_another_kind_stays_in_sight_until_somebody_takes_it_back(
    board: Board, admin_client: Client
) -> None:
    panel = Panel.objects.create(board=board, title="New", kind="area", options={"stacked": True})
    html = admin_client.post(change(panel), sent(board, kind="line", __stacked="on")).content.decode()
    words = "“Stacked” does nothing for the kind “line”; it is for “area”, “bars”."
    assert beside(html, "stacked") == [words]
    panel.refresh_from_db()
    assert (panel.kind, panel.options) == ("area", {"stacked": True}), "nothing is saved"
    assert admin_client.post(change(panel), sent(board, kind="line")).status_code == 302
    panel.refresh_from_db()
    assert (panel.kind, panel.options) == ("line", {})


def test_a_number_of_another_kind_stays_in_sight_until_somebody_takes_it_back(
    board: Board, admin_client: Client
) -> None:
    html = admin_client.post(ADD, sent(board, kind="line", __bins="12")).content.decode()
    assert beside(html, "bins") == ["“Bins” does nothing for the kind “line”; it is for “histogram”."]
    assert admin_client.post(ADD, sent(board, kind="line", __bins="")).status_code == 302


def test_what_describes_the_numbers_comes_back_with_a_kind_that_uses_it(board: Board, admin_client: Client) -> None:
    panel = Panel.objects.create(board=board, title="New", kind="line", options={"window": 3600, "unit": "ms"})
    assert admin_client.post(change(panel), sent(board, kind="gauge", __unit="ms", __window="1 h")).status_code == 302
    html = admin_client.get(change(panel)).content.decode()
    assert "window" not in options_in(html)
    assert admin_client.post(change(panel), sent(board, kind="gauge", __unit="s")).status_code == 302
    assert admin_client.post(change(panel), sent(board, kind="line", __unit="s")).status_code == 302
    panel.refresh_from_db()
    assert panel.options == {"window": 3600, "unit": "s"}


def test_an_option_that_no_kind_has_is_shown_and_can_be_taken_back(board: Board, admin_client: Client) -> None:
    panel = Panel.objects.create(board=board, title="New", options={"stackd": True})
    html = admin_client.post(change(panel), sent(board, __stackd="True")).content.decode()
    assert beside(html, "stackd")[0].startswith("There is no option “stackd”; this kind has: unit,")
    assert admin_client.post(change(panel), sent(board, __stackd="")).status_code == 302
    panel.refresh_from_db()
    assert panel.options == {}


def test_options_that_are_no_object_are_replaced_by_those_of_the_form(board: Board, admin_client: Client) -> None:
    panel = Panel.objects.create(board=board, title="New", options=["nonsense"])
    assert admin_client.get(change(panel)).status_code == 200
    assert admin_client.post(change(panel), sent(board, __unit="ms")).status_code == 302
    panel.refresh_from_db()
    assert panel.options == {"unit": "ms"}


def test_the_form_has_its_parts_and_groups(board: Board, admin_client: Client) -> None:
    html = admin_client.get(ADD).content.decode()
    assert re.findall(r"<h2[^>]*>\s*(.*?)\s*</h2>", html)[:4] == ["Data", "Thresholds", "Axis", "Display"]
    groups = ["Trends and comparison", "Single value", "Distribution", "Status", "Tables and text"]
    assert re.findall(r'<optgroup label="(.*?)">', html) == groups
    for label in ("X axis", "Minimum axis range", "Show min and max", "Category label"):
        assert f"{label}" in html


# On the page of a board


def row(panel: Panel, **fields: Any) -> dict[str, Any]:
    """What a browser sends for a board's page with one panel."""
    data: dict[str, Any] = dict(
        title="Mine", slug="mine", view_by="public", edit_by="editors", time_zone="UTC", position=0
    )
    inline = {"id": panel.pk, "board": panel.board_id, "title": "Bars", "kind": "bar", "width": 6, "position": 0}
    inline |= {"options.unit": "", "options.window": "5 min"}
    inline |= {name.replace("__", "options."): value for name, value in fields.items()}
    data |= {f"panels-0-{name}": value for name, value in inline.items()}
    return data | {"panels-TOTAL_FORMS": 1, "panels-INITIAL_FORMS": 1}


def test_a_boards_page_says_what_is_wrong_with_a_field_that_it_does_not_have(
    board: Board, admin_client: Client
) -> None:
    panel = Panel.objects.create(board=board, title="Bars", kind="bar", options={"stacked": True})
    address = f"/admin/boards/board/{board.pk}/change/"
    answer = admin_client.post(address, row(panel, kind="line"))
    assert answer.status_code == 200
    assert "“Stacked” does nothing for the kind “line”; it is for “area”, “bars”." in errors(answer.content.decode())
    assert admin_client.post(address, row(panel, kind="area")).status_code == 302
    assert (Panel.objects.get().kind, Panel.objects.get().options) == ("area", {"stacked": True})
    answer = admin_client.post(address, row(panel, kind="text"))
    assert any(each.startswith("A text panel needs its text.") for each in errors(answer.content.decode()))


def test_a_panel_of_a_kind_that_is_gone_does_not_become_another_by_saving(board: Board, admin_client: Client) -> None:
    panel = Panel.objects.create(board=board, title="Bars", kind="pie", options={"slices": 5})
    for address in (change(panel), f"/admin/boards/board/{board.pk}/change/"):
        assert '<option value="pie" selected>pie</option>' in admin_client.get(address).content.decode()
    answer = admin_client.post(address, row(panel, kind="pie"))
    assert "Select a valid choice. pie is not one of the available choices." in errors(answer.content.decode())
    panel.refresh_from_db()
    assert (panel.kind, panel.options) == ("pie", {"slices": 5})


def test_a_boards_page_sets_what_most_panels_have(board: Board, admin_client: Client) -> None:
    panel = Panel.objects.create(board=board, title="Bars", kind="bar", options={"stacked": True, "unit": "s"})
    address = f"/admin/boards/board/{board.pk}/change/"
    sent = row(panel, __unit="ms", __window="7 d")
    answer = admin_client.post(address, sent)
    assert answer.status_code == 302, errors(answer.content.decode())
    panel.refresh_from_db()
    assert panel.options == {"stacked": True, "unit": "ms", "window": 604_800}
    html = admin_client.post(address, row(panel, __window="weekly")).content.decode()
    assert "“weekly” is not a length of time; one looks like 5 min, 24 h or 7 d." in errors(html)


def test_who_may_only_view_panels_sees_their_options(board: Board, client: Client) -> None:
    panel = Panel.objects.create(board=board, title="Bars", kind="bar", options={"stacked": True, "unit": "ms"})
    ada = User.objects.create_user("ada", is_staff=True)
    ada.user_permissions.set(Permission.objects.filter(codename__in=["view_board", "view_panel", "view_panelseries"]))
    client.force_login(ada)
    html = client.get(change(panel)).content.decode()
    assert "stacked" in html and "ms" in html and "options.stacked" not in html
    assert client.get(f"/admin/boards/board/{board.pk}/change/").status_code == 200


# The series of a panel


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([dict(selector="one", label="In"), dict(selector="two", label="In")], "In"),
        ([dict(selector="one", label="In"), dict(selector="two", function="rate", label="In")], "In"),
        ([dict(selector="one", function="rate"), dict(selector="one", function="rate")], "rate one"),
        ([dict(selector="one"), dict(series="one")], "one"),
        ([dict(series="one", label="In"), dict(selector="two", combine="sum", label="In")], "In"),
    ],
)
def test_two_queries_in_one_cell_are_refused(
    board: Board, admin_client: Client, rows: list[dict[str, str]], name: str
) -> None:
    pks = {name: Series.objects.create(name=name).pk for name in ("one", "two")}
    lines = [{**row, "category": "Mon"} | ({"series": pks[row["series"]]} if "series" in row else {}) for row in rows]
    answer = admin_client.post(ADD, sent(board, *lines, kind="bar", __x_axis="names"))
    words = f"Two series are “{name}” of the category “Mon”; one would hide the other."
    assert words in errors(answer.content.decode())
    lines[0]["category"] = "Tue"
    assert admin_client.post(ADD, sent(board, *lines, kind="bar", __x_axis="names")).status_code == 302


def test_two_series_in_one_cell_are_refused(board: Board, admin_client: Client) -> None:
    one, two = (Series.objects.create(name=name) for name in ("one", "two"))
    lines = [dict(series=one.pk, label="In", category="Mon"), dict(series=two.pk, label="In", category="Mon")]
    answer = admin_client.post(ADD, sent(board, *lines, kind="bar", __x_axis="names"))
    assert "Two series are “In” of the category “Mon”; one would hide the other." in answer.content.decode()
    lines[1]["category"] = "Tue"
    assert admin_client.post(ADD, sent(board, *lines, kind="bar", __x_axis="names")).status_code == 302
    assert [str(line) for line in PanelSeries.objects.all()] == ["Mon In", "Tue In"]


def test_the_list_of_panels_is_filtered_by_kind(board: Board, admin_client: Client) -> None:
    Panel.objects.create(board=board, title="Some bars", kind="bar")
    html = admin_client.get("/admin/boards/panel/?kind__exact=bar").content.decode()
    assert "Some bars" in html and "state timeline" in html, "kinds are offered by their labels"
