"""Who may see boards and their panels, who may change them, and who may make one: every view and fragment asks here.

To see a board: what its ``view_by`` says; and its owner, staff and whoever may edit it always may. To edit it: the role
*editor*, which is the permission ``boards.change_board``, and what its ``edit_by`` says, or being the owner; staff
always may. A user is whatever ``request.user`` is; an account that is not active is nobody's.

What boards say is read once in a request, or in one round in which open pages are asked, and remembered on the user.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from boards.display.users import DisplayUser
from boards.models import Board, EditBy, Panel, ViewBy
from live.page.access import User
from live.page.together import asked_together, group_pks

ANYBODY, SIGNED_IN, EDITOR, STAFF = "anybody", "signed in", "editor", "staff"


class Rule(NamedTuple):
    """What one board says of who may. The groups are empty where they do not count."""

    view_by: str
    edit_by: str
    owner: int | None
    view_groups: frozenset[int] = frozenset()
    edit_groups: frozenset[int] = frozenset()


class Rights(NamedTuple):
    """Those who share one rendering of a list of boards: what they are, and which boards they have beside those that
    this alone gives them."""

    standing: str
    boards: tuple[int, ...] = ()


def may_see_board(user: User, pk: int, **view: str) -> bool:
    """Whether they may see this board. What is gone has nothing to hide."""
    rule = _boards(user).rules.get(pk)
    if isinstance(user, DisplayUser):
        return rule is None or pk == user.link.board_id
    return rule is None or may_see_by(user, rule)


def may_see_panel(user: User, pk: int, **view: str) -> bool:
    """Whoever sees the board that it is on now sees a panel, on whatever page it was put."""
    return _is_staff(user) or may_see_board(user, _boards(user).panels.get(pk, 0))


def may_edit(user: User, board_pk: int) -> bool:
    """Whether they may change this board and its panels; of a board that is gone, or of 0, whether they are editors."""
    rule = _boards(user).rules.get(board_pk)
    return is_editor(user) if rule is None else may_edit_by(user, rule)


def may_add_boards(user: User) -> bool:
    """Whether they may make a board."""
    return _is_known(user) and user.has_perm("boards.add_board")  # type: ignore[union-attr]


def may_own(user: User, board_pk: int) -> bool:
    """Whether they may give this board to somebody else: its owner, and staff."""
    rule = _boards(user).rules.get(board_pk)
    return _is_staff(user) or (rule is not None and _owns(user, rule) and may_edit_by(user, rule))


def may_delete(user: User, board_pk: int) -> bool:
    """Whether they may delete this board: of those who may edit it its owner, staff, and who may delete any."""
    any_board = _is_known(user) and user.has_perm("boards.delete_board")  # type: ignore[union-attr]
    return may_own(user, board_pk) or (any_board and may_edit(user, board_pk))


def is_editor(user: User) -> bool:
    """Whether they may change boards at all: this one or that."""
    return _is_staff(user) or (_is_known(user) and user.has_perm("boards.change_board"))  # type: ignore[union-attr]


def may_see_by(user: User, rule: Rule) -> bool:
    """Whether they may see a board that says this."""
    if rule.view_by == ViewBy.PUBLIC or _is_staff(user) or _owns(user, rule) or _is_shown(user, rule):
        return True
    return rule.edit_by == EditBy.GROUPS and may_edit_by(user, rule)


def may_edit_by(user: User, rule: Rule) -> bool:
    """Whether they may edit a board that says this."""
    if _is_staff(user):
        return True
    if not is_editor(user):
        return False
    if _owns(user, rule):
        return True
    if rule.edit_by == EditBy.GROUPS:
        return not rule.edit_groups.isdisjoint(_groups(user))
    return rule.edit_by == EditBy.EDITORS and _is_shown(user, rule)


def boards_of(user: User) -> QuerySet[Board]:
    """The boards that they may see."""
    return boards_seen(seeing(user))


def seeing(user: User) -> Rights:
    """``per=`` of what lists boards: those who may see the same ones share one rendering."""
    if _is_staff(user):
        return Rights(STAFF)
    if not _is_known(user):
        return Rights(ANYBODY)
    some = _boards(user).shown_to_some
    return Rights(SIGNED_IN, tuple(pk for pk, rule in some.items() if may_see_by(user, rule)))


def boards_seen(rights: Sequence[Any]) -> QuerySet[Board]:
    """The boards that those with these rights may see."""
    standing, boards = rights
    if standing == STAFF:
        return Board.objects.all()
    shown = [ViewBy.PUBLIC, ViewBy.SIGNED_IN] if standing == SIGNED_IN else [ViewBy.PUBLIC]
    return Board.objects.filter(Q(view_by__in=shown) | Q(pk__in=boards))


def editing(user: User) -> Rights:
    """``per=`` of what offers to edit boards: those who may edit the same ones share one rendering."""
    if _is_staff(user):
        return Rights(STAFF)
    if not is_editor(user):
        return Rights(ANYBODY)
    some = _boards(user).edited_by_some
    return Rights(EDITOR, tuple(pk for pk, rule in some.items() if may_edit_by(user, rule)))


def boards_edited(rights: Sequence[Any]) -> QuerySet[Board]:
    """The boards that those with these rights may edit."""
    standing, boards = rights
    if standing in (STAFF, ANYBODY):
        return Board.objects.all() if standing == STAFF else Board.objects.none()
    every = Q(edit_by=EditBy.EDITORS, view_by__in=[ViewBy.PUBLIC, ViewBy.SIGNED_IN])
    return Board.objects.filter(every | Q(pk__in=boards))


def restriction(board: Board) -> str:
    """For whom a board is, in words; nothing if it is for everybody."""
    return "" if board.view_by == ViewBy.PUBLIC else str(board.get_view_by_display())


class _Boards:
    """What all boards say of who may. Only what is asked for is read."""

    @cached_property
    def rules(self) -> dict[int, Rule]:
        """Of all boards, in one query; and one more for each kind of groups, if there are boards of groups."""
        rows = Board.objects.order_by("pk").values_list("pk", "view_by", "edit_by", "owner")
        rules = {pk: Rule(view_by, edit_by, owner) for pk, view_by, edit_by, owner in rows}
        view = _groups_of(Board.view_groups, [pk for pk, rule in rules.items() if rule.view_by == ViewBy.GROUPS])
        edit = _groups_of(Board.edit_groups, [pk for pk, rule in rules.items() if rule.edit_by == EditBy.GROUPS])
        none: frozenset[int] = frozenset()
        for pk in view.keys() | edit.keys():
            rules[pk] = rules[pk]._replace(view_groups=view.get(pk, none), edit_groups=edit.get(pk, none))
        return rules

    @cached_property
    def shown_to_some(self) -> dict[int, Rule]:
        """Of those boards that not everybody who is signed in may see."""
        return {pk: rule for pk, rule in self.rules.items() if not _is_shown_to_all(rule)}

    @cached_property
    def edited_by_some(self) -> dict[int, Rule]:
        """Of those boards that not every editor may edit."""
        rules = self.rules.items()
        return {pk: rule for pk, rule in rules if rule.edit_by != EditBy.EDITORS or not _is_shown_to_all(rule)}

    @cached_property
    def panels(self) -> dict[int, int]:
        """The boards of those panels that not everybody may see: one query, however many panels a page has."""
        if all(rule.view_by == ViewBy.PUBLIC for rule in self.rules.values()):
            return {}
        return dict(Panel.objects.exclude(board__view_by=ViewBy.PUBLIC).order_by().values_list("pk", "board"))


def _groups_of(field: Any, boards: Sequence[int]) -> dict[int, frozenset[int]]:
    """The groups of these boards in one of the two fields."""
    groups = defaultdict[int, set[int]](set)
    if boards:
        for board, group in field.through.objects.filter(board__in=boards).values_list("board", "group"):
            groups[board].add(group)
    return {board: frozenset(pks) for board, pks in groups.items()}


def _boards(user: User) -> _Boards:
    boards: _Boards | None = getattr(user, "boards_rules", None)
    if boards is None:
        boards = user.boards_rules = _boards_now(user)  # type: ignore[union-attr]
    return boards


@asked_together
def _boards_now(users: Sequence[User]) -> Iterable[_Boards]:
    """The same for all of them."""
    return repeat(_Boards(), len(users))


def _groups(user: User) -> Sequence[int]:
    groups: Sequence[int] | None = getattr(user, "boards_groups", None)
    if groups is None:
        groups = user.boards_groups = group_pks(user)  # type: ignore[union-attr]
    return groups


def _is_known(user: User) -> bool:
    return user.is_authenticated and user.is_active


def _is_staff(user: User) -> bool:
    return _is_known(user) and user.is_staff  # type: ignore[union-attr]


def _owns(user: User, rule: Rule) -> bool:
    return rule.owner is not None and _is_known(user) and rule.owner == user.pk


def _is_shown(user: User, rule: Rule) -> bool:
    """Whether its ``view_by`` shows it to them."""
    if rule.view_by == ViewBy.GROUPS:
        return _is_known(user) and not rule.view_groups.isdisjoint(_groups(user))
    return rule.view_by == ViewBy.PUBLIC or (rule.view_by == ViewBy.SIGNED_IN and _is_known(user))


def _is_shown_to_all(rule: Rule) -> bool:
    """Whether everybody who is signed in may see it."""
    return rule.view_by in (ViewBy.PUBLIC, ViewBy.SIGNED_IN)
