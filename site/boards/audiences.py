"""Whom boards tell something: those who look at one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from boards import fragments
from boards.models import Board
from live.access import User
from live.fragments import Key
from live.notices.audiences import audience


def boards() -> Iterable[tuple[str, str]]:
    """All boards, to choose from."""
    return [(str(pk), title) for pk, title in Board.objects.values_list("pk", "title")]


def place(ref: str) -> Key:
    """The fragment that a page of the board shows."""
    return fragments.board.key(pk=int(ref))


@audience(_("Viewers of a board"), place=place, choices=boards)
def board(user: User, ref: str) -> bool:
    """The pages that show a board; whoever may see it may be among them."""
    return fragments.may_see_board(user, int(ref))
