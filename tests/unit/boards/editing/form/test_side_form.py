"""The form of a panel beside its board: what it saves, what it refuses, and that nobody's change is lost."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from boards.editing.form.snapshots import edited
from boards.editing.history import recording, snapshot
from boards.editing.words import gone, words_of
from boards.kinds import registry
from boards.models import Board, Panel, PanelSeries, Revision
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tests.unit.boards.conftest import HOSTILE, KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HTMX = {"HX-Request": "true"}


def address(panel: Panel, more: str = "") -> str:
    return f"/boards/{panel.board.slug}/panels/{panel.pk}/edit{more}"


def loaded(panel: Panel) -> dict[str, Any]:
    """What a browser would send of the form as it is loaded now."""
    stored = snapshot(panel.pk)
    assert stored is not None
    now = edited(stored)
    data: dict[str, Any] = {"base": json.dumps(now), "title": now["title"], "kind": now["kind"]}
    data |= {"shown_kind": now["kind"], "auto": "1", "line": [str(line["id"]) for line in now["lines"]]}
    for line in PanelSeries.objects.filter(panel=panel):
        query = line.query or {}
        data[f"line-{line.pk}-selector"] = query.get("selector") or (line.series.identity if line.series else "")
        data[f"line-{line.pk}-function"] = query.get("function", "")
        data[f"line-{line.pk}-label"], data[f"line-{line.pk}-category"] = line.label, line.category
    for name, value in now["options"].items():
        data[f"options.{name}"] = "on" if value is True else str(value)
    return data


@pytest.fixture
def editor(client: Client) -> Client:
    """Somebody who may edit boards."""
    ada = User.objects.create_user("ada")
    ada.user_permissions.add(Permission.objects.get(codename="change_board"))
    client.force_login(ada)
    return client


@pytest.fixture
def bob() -> Client:
    """Another one."""
    bob = User.objects.create_user("bob")
    bob.user_permissions.add(Permission.objects.get(codename="change_board"))
    client = Client()
    client.force_login(bob)
    return client


def post(client: Client, panel: Panel, data: dict[str, Any], more: str = "", **options: Any) -> HttpResponse:
    return client.post(address(panel, more), data, headers=HTMX, **options)  # type: ignore[return-value]


def text(response: HttpResponse) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_of_each_kind_has_its_options_and_can_be_saved_as_it_is(
    editor: Client, make_panel: Callable[..., Panel], kind: str
) -> None:
    panel = make_panel("cpu", kind=kind, options={"text": "Hello"} if kind == "text" else {})
    html = editor.get(address(panel)).content.decode()
    assert sorted(re.findall(r'name="options\.(\w+)"', html)) == sorted(registry[kind].by_name)
    assert html.count('type="radio"') == len(registry), "the thumbnails"
    response = post(editor, panel, loaded(panel))
    assert response.status_code == 200 and "Saved" in text(response), text(response)
    assert not Revision.objects.exists(), "nothing was changed, and nothing written"


def test_one_change_is_one_revision_and_nothing_else_changes(editor: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu", "ram", options={"stacked": True, "unit": "%"}, kind="area")
    response = post(editor, panel, loaded(panel) | {"options.window": "24 h"})
    assert response.status_code == 200
    panel.refresh_from_db()
    assert panel.options == {"stacked": True, "unit": "%", "window": 86_400.0}
    (revision,) = Revision.objects.all()
    assert revision.by and revision.by.username == "ada" and revision.panel_pk == panel.pk
    assert [line.series and line.series.name for line in panel.lines.all()] == ["cpu", "ram"]


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    editor: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu")
    line = panel.lines.get()
    wrong = {"title": "", "options.window": "soon", f"line-{line.pk}-selector": "cpu{host"}
    response = post(editor, panel, loaded(panel) | wrong)
    assert response.status_code == 422
    html = response.content.decode()
    for name in ("panel_title", "panel_options.window", f"panel_line-{line.pk}-selector"):
        (words,) = re.findall(rf'id="{re.escape(name)}_error"[^>]*><span>(.*?)</span>', html)
        assert words, name
    assert "Please check: Title, Window, Series" in text(response)
    assert not Revision.objects.exists()


def test_a_kind_that_is_changed_brings_its_own_options_and_forgets_what_it_cannot_use(
    editor: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu", kind="area", options={"stacked": True, "unit": "%", "warn_at": 5})
    response = post(editor, panel, loaded(panel) | {"kind": "gauge"})
    assert response.status_code == 200, text(response)
    html = response.content.decode()
    assert sorted(re.findall(r'name="options\.(\w+)"', html)) == sorted(registry["gauge"].by_name)
    panel.refresh_from_db()
    assert (panel.kind, panel.options) == ("gauge", {"unit": "%", "warn_at": 5})
    assert panel.lines.count() == 1


def sent_values(name: str = "disk_used_percent", *values: float) -> Series:
    write(
        Sample(name, {}, timezone.now() - timedelta(minutes=n), value) for n, value in enumerate(values or (42.5, 43))
    )
    return Series.objects.get(name=name)


def test_the_first_series_gives_a_new_panel_its_title_unit_and_axis(
    editor: Client, make_panel: Callable[..., Panel]
) -> None:
    panel, other = (
        make_panel(kind="gauge", title="Gauge"),
        make_panel(kind="gauge", title="Gauge", options={"unit": "kg"}),
    )
    sent_values()
    response = post(editor, panel, loaded(panel) | {"pick": "disk_used_percent"})
    html = response.content.decode()
    assert response.status_code == 200, text(response)
    panel.refresh_from_db()
    assert (panel.title, panel.options) == ("Disk used", {"unit": "%", "minimum": 0.0, "maximum": 100.0})
    assert 'value="Disk used"' in html and 'value="%"' in html, "the form that is open shows it"
    assert Revision.objects.count() == 1, "one change, that one Undo takes back"
    post(editor, other, loaded(other) | {"pick": "disk_used_percent"})
    other.refresh_from_db()
    assert other.options == {"unit": "kg", "minimum": 0.0, "maximum": 100.0}


def test_what_somebody_has_called_otherwise_stays_so(editor: Client, make_panel: Callable[..., Panel]) -> None:
    mine, second = make_panel(kind="line", title="Mine"), make_panel("cpu", kind="line", title="Line")
    counter = make_panel(kind="line", title="Line")
    sent_values()
    sent_values("requests_bytes_total", 5e6, 4e6)
    for panel in (mine, second):
        post(editor, panel, loaded(panel) | {"pick": "disk_used_percent"})
        panel.refresh_from_db()
    assert (mine.title, mine.options, second.title, second.options) == ("Mine", {}, "Line", {})
    post(editor, counter, loaded(counter) | {"pick": "requests_bytes_total"})
    counter.refresh_from_db()
    assert (counter.title, counter.options) == ("Requests", {})
    nothing = make_panel(kind="line", title="Line")
    for selector in ("not.there", "cpu{host"):
        post(editor, nothing, loaded(nothing) | {"pick": selector})
        nothing.refresh_from_db()
        assert nothing.title == "Line"
        nothing.lines.all().delete()


def test_series_are_added_by_choosing_or_typing_moved_and_removed(
    editor: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu")
    ram = Series.objects.create(name="ram", tags={"host": "a"})
    response = post(editor, panel, loaded(panel) | {"pick": "ram{host=a}"})
    assert response.status_code == 200, text(response)
    assert PanelSeries.objects.get(series=ram).position == 1
    typed = loaded(panel) | {"search": "latency{q=*}", "do": "save"}
    typed.pop("auto")
    response = post(editor, panel, typed)
    assert "0 match" in text(response)
    last = panel.lines.last()
    assert last and last.query == {"selector": "latency{q=*}"}
    assert 'value="latency{q=*}"' in response.content.decode() and 'name="search"' in response.content.decode()
    post(editor, panel, loaded(panel) | {"do": f"up {last.pk}"})
    assert [str(line) for line in panel.lines.all()] == ["Cpu", "latency{q=*}", "ram{host=a}"]
    post(editor, panel, loaded(panel) | {"do": f"remove {last.pk}"})
    assert [str(line) for line in panel.lines.all()] == ["Cpu", "ram{host=a}"]
    response = post(editor, panel, loaded(panel) | {"pick": "cpu"})
    assert response.status_code == 422 and "shows this series already" in text(response)
    assert panel.lines.count() == 2


def test_a_function_of_one_series_is_a_query(editor: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    line = panel.lines.get()
    assert post(editor, panel, loaded(panel) | {f"line-{line.pk}-function": "rate"}).status_code == 200
    line.refresh_from_db()
    assert (line.series, line.query) == (None, {"selector": "cpu", "function": "rate"})
    assert post(editor, panel, loaded(panel) | {f"line-{line.pk}-function": ""}).status_code == 200
    line.refresh_from_db()
    assert line.series and line.query is None, "and back"


@pytest.mark.parametrize("selector", ["cpu", " cpu ", "cpu{host=a}"])
def test_a_query_that_means_one_series_now_stays_a_query(
    editor: Client, make_panel: Callable[..., Panel], selector: str
) -> None:
    panel = make_panel("cpu")
    Series.objects.create(name="cpu", tags={"host": "a"})
    PanelSeries.objects.filter(panel=panel).update(series=None, query={"selector": selector})
    line = panel.lines.get()
    assert post(editor, panel, loaded(panel) | {"title": "Load"}).status_code == 200
    line.refresh_from_db()
    assert (line.series, line.query) == (None, {"selector": selector.strip()})
    assert post(editor, panel, loaded(panel) | {f"line-{line.pk}-selector": "cpu{host=*}"}).status_code == 200
    # What is typed anew means what the picker offers under that name.
    assert post(editor, panel, loaded(panel) | {f"line-{line.pk}-selector": "cpu"}).status_code == 200
    line.refresh_from_db()
    assert line.series and line.series.identity == "cpu" and line.query is None


def test_two_who_change_different_fields_both_get_what_they_want(
    editor: Client, bob: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu")
    ada, other = loaded(panel), loaded(panel)
    assert post(bob, panel, other | {"options.unit": "ms"}).status_code == 200
    response = post(editor, panel, ada | {"title": "Load"})
    assert response.status_code == 200
    panel.refresh_from_db()
    assert (panel.title, panel.options) == ("Load", {"unit": "ms"})
    assert re.search(r'id="panel_options.unit_field" hx-swap-oob.*?value="ms"', response.content.decode(), re.S)


def test_of_the_same_field_both_values_are_shown_and_one_is_chosen(
    editor: Client, bob: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu", options={"window": 3600.0})
    mine, theirs = loaded(panel) | {"options.window": "7 d"}, loaded(panel) | {"options.window": "24 h"}
    assert post(bob, panel, theirs).status_code == 200
    response = post(editor, panel, mine)
    assert response.status_code == 409
    assert "Yours: 7 d" in text(response) and "bob: 24 h" in text(response)
    panel.refresh_from_db()
    assert panel.options["window"] == 86_400, "nothing is saved"
    assert post(editor, panel, mine).status_code == 409, "as long as nobody chooses"
    seen = {"seen": json.dumps({"options.window": 86_400.0})}
    response = post(editor, panel, mine | seen | {"take": "options.window"})
    assert response.status_code == 200 and 'value="24 h"' in response.content.decode()
    response = post(editor, panel, mine | seen | {"keep": "options.window"})
    assert response.status_code == 200
    panel.refresh_from_db()
    assert panel.options["window"] == 7 * 86_400
    # What was chosen over is what was seen: not what came later.
    post(bob, panel, loaded(panel) | {"options.window": "30 d"})
    assert post(editor, panel, mine | seen | {"keep": "options.window"}).status_code in (200, 409)
    panel.refresh_from_db()
    assert panel.options["window"] == 30 * 86_400


def test_two_that_are_right_alone_and_not_together_are_refused(
    editor: Client, bob: Client, make_panel: Callable[..., Panel]
) -> None:
    panel = make_panel("cpu")
    mine, theirs = loaded(panel), loaded(panel)
    post(bob, panel, theirs | {"options.warn_at": "100"})
    response = post(editor, panel, mine | {"options.bad_at": "50"})
    assert response.status_code == 422 and "Critical must not begin below" in text(response)


def test_an_answer_that_was_lost_makes_nothing_twice(editor: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    data = loaded(panel) | {"line": [*loaded(panel)["line"], "new-1"], "line-new-1-selector": "disk.*"}
    assert post(editor, panel, data).status_code == 200
    assert post(editor, panel, data).status_code == 200
    assert panel.lines.count() == 2 and Revision.objects.count() == 1


def test_a_panel_that_is_deleted_is_said_to_be(editor: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    data, there, board, pk = loaded(panel), address(panel), panel.board, panel.pk
    with recording(User.objects.get(), board.pk):
        panel.delete()
    response: Any = editor.post(there, data, headers=HTMX)
    assert response.status_code == 409 and "the panel was deleted meanwhile. Undo brings" in text(response)
    assert editor.post(there, data).status_code == 404
    response = editor.post(f"{there}/presence", headers=HTMX)
    assert response.status_code == 286 and "The panel was deleted" in text(response)
    assert gone(board, pk) == "ada has deleted “Some”."


def test_a_panel_on_another_board_is_not_said_to_be_deleted(editor: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    data, there, board = loaded(panel), address(panel), panel.board
    post(editor, panel, data | {"title": "Edited"})
    other = Board.objects.create(title="Other", slug="other")
    with recording(User.objects.get(), board.pk, other.pk):
        Panel.objects.filter(pk=panel.pk).update(board=other)
    response: Any = editor.post(there, data, headers=HTMX)
    assert response.status_code == 409
    assert "Not saved: the panel is on this board no more." in text(response) and "deleted" not in text(response)
    response = editor.post(f"{there}/presence", headers=HTMX)
    assert response.status_code == 286
    assert "The panel is on this board no more." in text(response) and "deleted" not in text(response)
    assert gone(board, panel.pk) == "This panel is gone."


@pytest.mark.parametrize(
    "base", ["", "[]", "{}", "null", '{"title": 1}', "{" * 10_000, "[" * 100_000, '{"options": {}, "lines": [1]}']
)
def test_a_form_that_is_none_is_refused(editor: Client, make_panel: Callable[..., Panel], base: str) -> None:
    panel = make_panel("cpu")
    assert post(editor, panel, loaded(panel) | {"base": base}).status_code == 400


def test_a_preview_draws_what_is_typed_and_writes_nothing(
    editor: Client, make_panel: Callable[..., Panel], points: Callable[..., None], announced: set[str]
) -> None:
    panel = make_panel("cpu", kind="stat")
    points("cpu", [41.0, 42.5])
    before = snapshot(panel.pk)
    announced.clear()
    typed = loaded(panel) | {"title": HOSTILE, "options.unit": "furlongs", "options.window": "nonsense"}
    response = post(editor, panel, typed, "/preview")
    html = response.content.decode()
    assert response.status_code == 200 and "42.5" in html and "furlongs" in html
    assert HOSTILE not in html and "is not a length of time" in html
    typed |= {"line": ["new-0"], "line-new-0-selector": "cpu", "line-new-0-function": "max", "title": "Some"}
    assert "42.5" in post(editor, panel, typed, "/preview").content.decode()
    assert snapshot(panel.pk) == before and not announced and not Revision.objects.exists()


def test_without_a_script_it_is_a_page_with_the_preview(
    editor: Client, make_panel: Callable[..., Panel], points: Callable[..., None]
) -> None:
    panel = make_panel("cpu", kind="stat")
    points("cpu", [42.5])
    data = loaded(panel)
    del data["auto"]
    page = editor.post(address(panel, "/preview"), data | {"title": "Other"}).content.decode()
    assert "<html" in page and "42.5" in page and 'value="Other"' in page
    assert editor.post(address(panel), data | {"title": ""}).status_code == 422
    response = editor.post(address(panel), data | {"title": "Other", "do": "save"})
    assert (response.status_code, response.headers["Location"]) == (302, address(panel))
    page = editor.post(address(panel), data | {"do": "search", "search": "cp"}).content.decode()
    assert 'name="pick" value="cpu"' in page
    response = editor.post(address(panel), data | {"title": "Other", "do": "close"})
    assert response.headers["Location"] == f"/boards/{panel.board.slug}/edit"


def test_closing_empties_the_side_and_says_which_panel_it_was(editor: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    response = post(editor, panel, loaded(panel) | {"do": "close", "title": "Load"})
    assert response.content == b"" and response.headers["HX-Retarget"] == "#panel-form"
    alone = HTMX | {"HX-Current-URL": f"http://testserver{address(panel)}"}
    done = editor.post(address(panel), loaded(panel) | {"do": "close"}, headers=alone)
    assert done.headers["HX-Redirect"] == "/boards/mine/edit", "on a page of its own there is no board beside it"
    assert json.loads(response.headers["HX-Trigger-After-Settle"]) == {"panel-closed": {"panel": panel.pk}}
    panel.refresh_from_db()
    assert panel.title == "Load"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", "", "nothing"),
        ("editable", True, "yes"),
        ("kind", "stat", "figure"),
        ("kind", "pie", "pie"),
        ("options.window", 86_400.0, "24 h"),
        ("options.good", "up", "Up is good"),
        ("options.other", 3, "3"),
        ("lines", [], "none"),
    ],
)
def test_values_are_said_in_words(name: str, value: Any, words: str) -> None:
    assert words_of(name, value, "line") == words


def test_who_may_not_edit_gets_nothing(client: Client, make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu")
    data = loaded(panel)
    client.force_login(User.objects.create_user("cleo"))
    for more in ("", "/preview", "/presence"):
        assert client.post(address(panel, more), data).status_code == 403, more
    assert client.get(f"/boards/{panel.board.slug}/series?search=c").status_code == 403
    client.logout()
    assert "HX-Redirect" in post(client, panel, data).headers
    assert not Revision.objects.exists()
