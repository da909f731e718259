"""A document is applied whole or not at all, and what is the same stays the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from boards.documents.apply import Invalid, apply
from boards.documents.export import document_of
from boards.models import Board, Panel, PanelSeries, Revision
from series.models import Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def two(board: Board, make_panel: Callable[..., Panel]) -> list[Panel]:
    """Two panels with two lines each."""
    return [make_panel("a", "b", title="One"), make_panel("b", "c", title="Two", position=1.0, unit="ms")]


def lines(panel: Panel) -> list[tuple[int, str]]:
    return [(line.pk, line.name) for line in panel.lines.all()]


def test_nothing_is_written_where_nothing_differs(board: Board, two: list[Panel], ada: User) -> None:
    (applied,) = apply(document_of(board), ada)
    assert not applied.has_changed
    assert not Revision.objects.exists()


def test_a_panel_stays_the_same_by_its_key(board: Board, two: list[Panel], ada: User) -> None:
    document = document_of(board)
    first, second = document["panels"]
    first |= {"title": "Renamed", "kind": "stat"}
    first["lines"] = [{"series": "new{host=a}"}, first["lines"][1]]
    document["panels"] = [second, {"title": "Between", "kind": "text", "options": {"text": "Words"}}, first]
    old = lines(two[0])
    (applied,) = apply(document, ada)
    assert applied.has_changed and applied.after == document_of(board)
    panels = list(board.panels.all())
    assert [panel.pk for panel in panels if panel.title != "Between"] == [two[1].pk, two[0].pk]
    assert [panel.title for panel in panels] == ["Two", "Between", "Renamed"]
    assert [panel.key for panel in panels] == ["two", "between", "one"]
    assert lines(panels[2])[1] == old[1], "a line of the same series stays the same"
    assert Series.objects.filter(identity="new{host=a}").exists()
    assert set(Revision.objects.values_list("panel_pk", "by")) == {(panels[1].pk, ada.pk), (panels[2].pk, ada.pk)}


def test_a_panel_that_is_not_in_the_document_goes(board: Board, two: list[Panel], ada: User) -> None:
    document = document_of(board)
    del document["panels"][0]
    apply(document, ada)
    assert [panel.pk for panel in board.panels.all()] == [two[1].pk]
    (revision,) = Revision.objects.all()
    assert revision.before["title"] == "One" and revision.after is None


def test_a_panel_by_hand_without_a_key_is_known_by_its_title(board: Board, two: list[Panel], ada: User) -> None:
    document = document_of(board)
    for panel in document["panels"]:
        del panel["key"]
    assert not apply(document, ada)[0].has_changed


def test_columns_of_the_board_and_queries(board: Board, ada: User) -> None:
    query = {"selector": "http{host=*}", "function": "rate", "factor": 60}
    line = {"query": query, "label": "Requests", "colour": 4}
    panel = {"title": "Web", "kind": "line", "options": {"window": "1 h"}, "lines": [line, {"query": "cpu{host=*}"}]}
    document = {"version": 1, "address": board.slug, "title": "Other", "range": "6h", "panels": [panel]}
    apply(document, ada)
    board.refresh_from_db()
    assert (board.title, board.range, board.view_by) == ("Other", "6h", "signed_in")
    made = board.panels.get()
    assert made.options == {"window": 3600.0}
    assert [line.query for line in made.lines.all()] == [query, {"selector": "cpu{host=*}"}]
    assert [line.colour for line in made.lines.all()] == [4, 1]
    apply(document | {"title": "Third"}, ada)
    assert lines(board.panels.get()) == lines(made)


def test_who_may_is_told_by_names(board: Board, ada: User) -> None:
    ops = Group.objects.create(name="ops")
    document = {"version": 1, "address": "mine", "title": "Mine", "owner": "ada", "view_by": "groups"}
    document |= {"view_groups": ["ops"], "edit_by": "owner"}
    (applied,) = apply(document, ada)
    board.refresh_from_db()
    assert (board.owner, board.view_by, board.edit_by) == (ada, "groups", "owner")
    assert (list(board.view_groups.all()), list(board.edit_groups.all())) == ([ops], [])
    assert applied.after == document_of(board)
    apply({"version": 1, "address": "mine", "title": "Mine"}, ada)
    board.refresh_from_db()
    assert (board.owner, board.view_by, board.view_groups.count()) == (None, "signed_in", 0)


def test_variables_and_what_repeats_over_one(board: Board, ada: User) -> None:
    panel = {"title": "CPU", "kind": "line", "repeat": "host", "lines": [{"query": "cpu{host=$host}"}]}
    variables = [{"name": "host", "default": "web-1"}, {"name": "core", "default": ""}]
    document = {"version": 1, "address": "mine", "title": "Mine", "variables": variables, "panels": [panel]}
    (applied,) = apply(document, ada)
    assert applied.after == document_of(Board.objects.get())
    assert applied.after["variables"] == [{"name": "host", "default": "web-1"}, {"name": "core"}]
    assert Panel.objects.get().repeat == "host"
    assert not apply(document, ada)[0].has_changed


def test_a_colour_that_is_none_stays_none(board: Board, ada: User) -> None:
    panel = {"title": "Web", "kind": "line", "lines": [{"series": "a", "colour": 0}, {"series": "b"}]}
    apply({"version": 1, "address": "mine", "title": "Mine", "panels": [panel]}, ada)
    assert [line.colour for line in PanelSeries.objects.order_by("pk")] == [0, 1]


def test_a_copy_of_a_panel_has_a_key_of_its_own(board: Board, two: list[Panel], ada: User) -> None:
    from boards.editing.actions import duplicate

    copy = duplicate(ada, board, two[0].pk).panel
    assert Panel.objects.get(pk=copy).key == "one-copy"


def test_a_panel_that_moves_to_another_board_has_a_key_that_is_free_there(two: list[Panel]) -> None:
    other = Board.objects.create(title="Other", slug="other")
    Panel.objects.create(board=other, title="One")
    two[0].board = other
    two[0].save()
    assert [panel.key for panel in other.panels.order_by("pk")] == ["one-2", "one"]


def test_bad_input_changes_nothing(board: Board, two: list[Panel], ada: User) -> None:
    before = document_of(board)
    good: dict[str, Any] = {"address": "new", "title": "New"}
    bad = {"address": "mine", "title": "Mine", "panels": [{"title": "", "kind": "lime"}]}
    with pytest.raises(Invalid) as caught:
        apply({"version": 1, "boards": [good, bad]}, ada)
    assert [problem.path for problem in caught.value.problems] == [
        ("boards", 1, "panels", 0, "title"),
        ("boards", 1, "panels", 0, "kind"),
    ]
    assert [document_of(board) for board in Board.objects.all()] == [before]
