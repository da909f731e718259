"""Variables are declared on a page of the board, and chosen in the form of a panel."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from boards.editing.history import snapshot
from boards.models import Board, Panel, PanelSeries
from series.samples import Sample
from series.storage.write import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return Board.objects.create(title="Hosts", slug="hosts", view_by="public", variables=[{"name": "host"}])


@pytest.fixture
def editor() -> Client:
    user = User.objects.create_user("ada")
    user.user_permissions.add(Permission.objects.get(codename="change_board"))
    client = Client()
    client.force_login(user)
    return client


def rows(*variables: tuple[str, str]) -> dict[str, str]:
    data = {"variables-TOTAL_FORMS": str(len(variables)), "variables-INITIAL_FORMS": "0"}
    for number, (name, default) in enumerate(variables):
        data |= {f"variables-{number}-name": name, f"variables-{number}-default": default}
    return data


def test_they_are_saved_in_their_order(editor: Client, board: Board) -> None:
    response = editor.post("/boards/hosts/variables", rows(("zone", "eu"), ("", ""), ("host", "")))
    assert response.status_code == 302
    board.refresh_from_db()
    assert board.variables == [{"name": "zone", "default": "eu"}, {"name": "host"}]
    html = editor.get("/boards/hosts/variables").content.decode()
    assert 'value="zone"' in html
    assert 'value="eu"' in html
    assert 'name="variables-3-name"' in html


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ([("range", "")], "“range” cannot be a variable: addresses of boards have a parameter of that name."),
        ([("a b", "")], "“a b” cannot be a variable"),
        ([("", "eu")], "Of which tag?"),
        ([("host", ""), ("host", "a")], "The variable “host” is there twice."),
        ([(f"v{number}", "") for number in range(9)], "Please submit at most 8 forms."),
    ],
)
def test_what_cannot_be_one_is_refused_and_nothing_is_saved(
    editor: Client, board: Board, variables: list[tuple[str, str]], words: str
) -> None:
    response = editor.post("/boards/hosts/variables", rows(*variables))
    assert response.status_code == 422
    assert words in response.content.decode()
    board.refresh_from_db()
    assert board.variables == [{"name": "host"}]


def test_only_editors_declare_them(board: Board) -> None:
    client = Client()
    client.force_login(User.objects.create_user("bob"))
    assert client.get("/boards/hosts/variables").status_code in {403, 404}
    assert client.post("/boards/hosts/variables", rows()).status_code in {403, 404}
    assert Client().get("/boards/hosts/variables").status_code in {302, 404}


def test_the_values_that_there_are_are_listed(editor: Client, board: Board) -> None:
    panel = Panel.objects.create(board=board, title="CPU")
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=$host}"})
    assert "No panel shows a series with its values yet." in editor.get("/boards/hosts/variables").content.decode()
    write(Sample("cpu", {"host": f"web-{number}"}, timezone.now(), 1.0) for number in range(22))
    html = editor.get("/boards/hosts/variables").content.decode()
    assert "web-0, web-1" in html
    assert "and 2 more" in html


def save(editor: Client, panel: Panel, **changes: Any) -> Any:
    """The form of a panel as a browser sends it without any script."""
    html = editor.get(f"/boards/{panel.board.slug}/panels/{panel.pk}/edit")
    form = html.context["form"]
    data = {"base": html.context["base"], "do": "save", "shown_kind": panel.kind, "auto": "1"}
    data |= {
        field.html_name: field.value() for field in [*form.of_panel(), *form.of_lines()] if field.value() is not None
    }
    data["line"] = [line.name for line in form.lines]
    address = f"/boards/{panel.board.slug}/panels/{panel.pk}/edit"
    return editor.post(address, {name: value for name, value in (data | changes).items() if value is not False})


@pytest.fixture
def panel(board: Board) -> Panel:
    panel = Panel.objects.create(board=board, title="CPU", kind="stat")
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=*}"})
    return panel


def test_a_panel_repeats_over_one_of_them(editor: Client, panel: Panel) -> None:
    assert save(editor, panel, repeat="host").status_code == 302
    panel.refresh_from_db()
    assert panel.repeat == "host"
    assert "Once for each host" in editor.get("/boards/hosts/edit").content.decode()
    editor.post("/boards/hosts/edit", {"do": f"duplicate {panel.pk}"})
    assert [one.repeat for one in Panel.objects.all()] == ["host", "host"]
    editor.post("/boards/hosts/edit", {"do": "undo 0"})
    editor.post("/boards/hosts/edit", {"do": "undo 0"})
    panel.refresh_from_db()
    assert panel.repeat == ""
    assert (snapshot(panel.pk) or {})["repeat"] == ""


def test_over_none_that_is_not_declared(editor: Client, panel: Panel) -> None:
    assert save(editor, panel, repeat="rack").status_code == 422
    panel.refresh_from_db()
    assert panel.repeat == ""
    Board.objects.update(variables=[])
    html = editor.get(f"/boards/hosts/panels/{panel.pk}/edit").content.decode()
    assert 'name="repeat"' not in html
    assert save(editor, panel, title="Load").status_code == 302


def test_a_series_has_only_variables_that_are_declared(editor: Client, panel: Panel) -> None:
    (line,) = panel.lines.all()
    field = f"line-{line.pk}-selector"
    refused = save(editor, panel, **{field: "cpu{host=$rack}"})
    assert refused.status_code == 422
    assert "There is no variable $rack here; there is $host." in refused.content.decode()
    write(Sample("cpu", {"host": host}, timezone.now(), 4.0) for host in ("web-1", "web-2"))
    assert save(editor, panel, **{field: "cpu{host=$host}"}).status_code == 302
    line.refresh_from_db()
    assert line.query == {"selector": "cpu{host=$host}"}
    address = f"/boards/hosts/panels/{panel.pk}/edit"
    assert "2 match" in editor.get(address).content.decode()
    Board.objects.update(variables=[{"name": "host", "default": "web-1"}])
    assert "1 matches" in editor.get(address).content.decode()
    matches = editor.get("/boards/hosts/series?search=cpu{host=$host}", headers={"HX-Request": "true"})
    assert "2 match" in matches.content.decode()
