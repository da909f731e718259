"""Who may see boards and their panels, who may change them, and who may make one: every view and fragment asks here."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from boards.models import Board
from live.page.access import User
from live.page.together import asked_together

SIGNED_IN, ANYBODY = "signed in", "anybody"


def may_see_board(user: User, pk: int, **view: str) -> bool:
    """Public boards are everybody's, the others for those who are signed in. What is gone has nothing to hide."""
    return user.is_authenticated or pk not in _private(user).boards


def may_see_panel(user: User, pk: int, **view: str) -> bool:
    """Whoever sees the board that it is on now sees a panel, on whatever page it was put."""
    return user.is_authenticated or pk not in _private(user).panels


class _Private(NamedTuple):
    """What is only for people who are signed in: boards and panels, by their keys."""

    boards: frozenset[int]
    panels: frozenset[int]


def _private(user: User) -> _Private:
    """What a visitor may not see now: one query, however many panels a page has.

    It is remembered on the object for as long as that lives: a request, or one round in which open pages are asked.
    """
    private: _Private | None = getattr(user, "boards_private", None)
    if private is None:
        private = user.boards_private = _private_now(user)  # type: ignore[union-attr]
    return private


@asked_together
def _private_now(visitors: Sequence[User]) -> list[_Private]:
    """The same for all of them; each session of somebody who is not signed in is a visitor."""
    rows = list(Board.objects.filter(public=False).order_by().values_list("pk", "panels"))
    private = _Private(frozenset(pk for pk, _panel in rows), frozenset(panel for _pk, panel in rows if panel))
    return [private] * len(visitors)


def audience_of(user: User) -> str:
    """Those who may see the same boards as this user share one rendering of what lists boards."""
    return SIGNED_IN if user.is_authenticated else ANYBODY


def boards_of(audience: str) -> QuerySet[Board]:
    """The boards that this audience may see."""
    return Board.objects.all() if audience == SIGNED_IN else Board.objects.filter(public=True)


def may_edit(user: User, board_pk: int) -> bool:
    """Whether they may change this board and its panels."""
    return user.has_perm("boards.change_board")  # type: ignore[union-attr]


def may_add_boards(user: User) -> bool:
    """Whether they may make a board."""
    return user.has_perm("boards.add_board")  # type: ignore[union-attr]
