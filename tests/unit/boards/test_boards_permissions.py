"""Who may see and edit a board: every kind of person with every kind of board."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards import fragments, permissions
from boards.models import Board, Panel
from boards.permissions import may_edit, may_see_board, may_see_panel
from live.page import access
from live.page.page import Page
from tests.unit.boards.who import BOARDS, PEOPLE, Person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def make_one(name: str, group: Group) -> User | AnonymousUser:
    return next(person for person in PEOPLE if person.name == name).make(group)


def anew(user: User | AnonymousUser) -> User | AnonymousUser:
    """As another request has it: what was asked about is remembered."""
    return AnonymousUser() if isinstance(user, AnonymousUser) else User.objects.get(pk=user.pk)


@pytest.fixture
def group() -> Group:
    return Group.objects.create(name="Shop floor")


@pytest.fixture
def boards(group: Group) -> Iterator[Callable[..., Board]]:
    """Boards of one group, one at a time."""

    def make(view_by: str, edit_by: str = "editors", owner: Any = None) -> Board:
        Board.objects.all().delete()
        board = Board.objects.create(title="Mine", slug="mine", view_by=view_by, edit_by=edit_by, owner=owner)
        board.view_groups.set([group])
        board.edit_groups.set([group])
        return board

    yield make


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_every_person_with_every_board(person: Person, boards: Callable[..., Board], group: Group) -> None:
    user = person.make(group)
    User.objects.filter(pk=user.pk).update(is_active=person.is_active)
    for view_by, edit_by in BOARDS:
        board = boards(view_by, edit_by, user if person.owns else None)
        panel = Panel.objects.create(board=board, title="Some")
        somebody = anew(user)
        sees, edits = person.sees(view_by, edit_by), person.edits(view_by, edit_by)
        which = f"view_by={view_by}, edit_by={edit_by}"
        assert may_see_board(somebody, board.pk) is sees, which
        assert may_see_panel(somebody, panel.pk) is sees, which
        assert may_edit(somebody, board.pk) is edits, which
        assert list(permissions.boards_of(somebody)) == ([board] if sees else []), which
        mine = permissions.boards_edited(permissions.editing(somebody))
        assert list(mine) == ([board] if edits else []), which
        assert permissions.may_own(somebody, board.pk) is (edits and (person.owns or person.is_staff)), which


def test_another_group_is_not_enough(boards: Callable[..., Board], group: Group) -> None:
    board = boards("groups", "groups")
    board.view_groups.set([Group.objects.create(name="Another")])
    member = make_one("editor in the group", group)
    assert may_see_board(member, board.pk) and may_edit(member, board.pk), "it may edit it"
    board.edit_groups.clear()
    member = anew(member)
    assert not may_see_board(member, board.pk) and not may_edit(member, board.pk)


@pytest.mark.parametrize("person", ["editor in the group", "owner and editor", "staff"])
def test_who_was_deactivated_is_nobody(person: str, boards: Callable[..., Board], group: Group) -> None:
    user = make_one(person, group)
    board = boards("signed_in", "editors", user)
    user.is_active = False
    assert not may_see_board(user, board.pk) and not may_edit(user, board.pk)
    assert not permissions.may_add_boards(user) and not permissions.is_editor(user)
    assert permissions.seeing(user) == permissions.seeing(AnonymousUser())


def test_what_is_gone_has_nothing_to_hide_and_editors_are_editors(group: Group) -> None:
    assert may_see_board(AnonymousUser(), 4711) and may_see_panel(AnonymousUser(), 4711)
    assert may_edit(make_one("editor", group), 4711) and not may_edit(make_one("viewer", group), 4711)


def test_those_who_see_the_same_boards_share_one_list(boards: Callable[..., Board], group: Group) -> None:
    viewer, member = make_one("viewer", group), make_one("member of the group", group)
    boards("signed_in")
    assert permissions.seeing(anew(viewer)) == permissions.seeing(anew(member))
    boards("groups")
    assert permissions.seeing(anew(viewer)) != permissions.seeing(anew(member))


def test_asking_takes_the_same_queries_however_many_panels(boards: Callable[..., Board], group: Group) -> None:
    for view_by, most in (("public", 1), ("signed_in", 2), ("groups", 4)):
        board = boards(view_by)
        panels = [Panel.objects.create(board=board, title=f"{number}").pk for number in range(20)]
        for user in (AnonymousUser(), make_one("member of the group", group)):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                for pk in panels:
                    may_see_panel(user, pk)
                may_see_board(user, board.pk)
            assert len(queries) <= most, view_by
        User.objects.all().delete()


def test_a_round_takes_the_same_queries_however_many_people(boards: Callable[..., Board], group: Group) -> None:
    board = boards("groups", "groups")
    keys = [fragments.board.key(pk=board.pk), fragments.edit_link.key(pk=board.pk)]
    counts = []
    for number in (2, 12):
        people = [User.objects.create_user(f"{number} {index}") for index in range(number)]
        for person in people:
            person.groups.set([group])
        users: dict[Any, Any] = {f"session {person.pk}": User.objects.get(pk=person.pk) for person in people}
        page = Page()
        for key in keys:
            page.add(key)
        questions = [access.Question(session, page, keys) for session in users]
        with CaptureQueriesContext(connection) as queries:
            answers = access.answer_all(users, questions)
        assert all(answer.refusal is None for answer in answers)
        counts.append(len(queries))
    assert counts[0] == counts[1]
