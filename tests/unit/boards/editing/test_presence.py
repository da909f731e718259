"""Who has the form of a panel open: their names, for others who edit, as long as their browsers say so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from boards.editing.presence import EXPIRES, arrive, board_editors, leave, panel_editors
from boards.models import Board, Panel, Presence
from tests.unit.boards.conftest import THEN

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def people() -> tuple[User, User]:
    return User.objects.create_user("ada"), User.objects.create_user("bob", first_name="Bob")


def others(pk: int, user: User) -> list[str]:
    found: list[str] = board_editors.context(board_editors.key(pk=pk, audience=user.pk))["names"]
    return found


def at_panel(panel: Panel) -> list[str]:
    found: list[str] = panel_editors.context(panel_editors.key(pk=panel.pk, board=panel.board_id))["names"]
    return found


def test_each_sees_the_other_and_not_themselves(people: tuple[User, User], make_panel: Callable[..., Panel]) -> None:
    (ada, bob), one, other = people, make_panel("cpu"), make_panel("ram")
    arrive(ada, one)
    arrive(bob, other)
    assert others(one.board_id, ada) == ["Bob"] and others(one.board_id, bob) == ["ada"]
    assert at_panel(one) == ["ada"]
    assert at_panel(other) == ["Bob"]
    leave(bob, other)
    assert others(one.board_id, ada) == [] == at_panel(other)


def test_who_edits_a_panel_is_named_on_its_own_board_alone(
    people: tuple[User, User], make_panel: Callable[..., Panel]
) -> None:
    (ada, _bob), panel = people, make_panel("cpu")
    arrive(ada, panel)
    before = panel.board_id
    Panel.objects.update(board=Board.objects.create(title="Private", slug="private", view_by="owner"))
    assert panel_editors.context(panel_editors.key(pk=panel.pk, board=before))["names"] == []


def test_who_does_not_say_so_again_is_not_there(
    people: tuple[User, User], make_panel: Callable[..., Panel], at: Callable[[datetime], None]
) -> None:
    (ada, bob), panel = people, make_panel("cpu")
    at(THEN)
    arrive(bob, panel)
    context = panel_editors.context(panel_editors.key(pk=panel.pk, board=panel.board_id))
    assert context["next_change"] == THEN + EXPIRES
    at(THEN + EXPIRES)
    assert at_panel(panel) == []
    arrive(ada, panel)
    leave(ada, panel)
    assert not Presence.objects.exists(), "and nothing of it stays"


def test_to_be_still_there_writes_one_row_and_announces_nothing(
    people: tuple[User, User],
    make_panel: Callable[..., Panel],
    at: Callable[[datetime], None],
    announced: set[str],
    django_assert_num_queries: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    (ada, _bob), panel = people, make_panel("cpu")
    with django_capture_on_commit_callbacks(execute=True):
        at(THEN)
        arrive(ada, panel)
    assert {f"boards-panel_editors-{panel.pk}-{panel.board_id}", f"boards-board_editors-{panel.board_id}"} <= announced
    announced.clear()
    at(THEN + timedelta(seconds=5))
    with django_capture_on_commit_callbacks(execute=True), django_assert_num_queries(2):
        arrive(ada, panel)
    assert not announced and Presence.objects.get().seen_at == THEN + timedelta(seconds=5)
    at(THEN + timedelta(seconds=60))
    with django_capture_on_commit_callbacks(execute=True):
        arrive(ada, panel)
    assert announced, "who was away is there again"


def test_names_are_for_who_may_edit(
    people: tuple[User, User], make_panel: Callable[..., Panel], django_assert_num_queries: Any
) -> None:
    (ada, _bob), panel = people, make_panel("cpu")
    asked = [
        (panel_editors.may_see, {"pk": panel.pk, "board": panel.board_id}),
        (board_editors.may_see, {"pk": panel.board_id}),
    ]
    for may_see, params in asked:
        assert may_see is not None and not may_see(User.objects.get(pk=ada.pk), **params)
    ada.user_permissions.add(Permission.objects.get(codename="change_board"))
    for may_see, params in asked:
        assert may_see is not None and may_see(User.objects.get(pk=ada.pk), **params)
    known = User.objects.get(pk=ada.pk)
    assert all(may_see and may_see(known, **params) for may_see, params in asked)
    with django_assert_num_queries(0):
        # Open pages are asked about each panel every two seconds.
        assert all(may_see and may_see(known, **params) for may_see, params in asked)
