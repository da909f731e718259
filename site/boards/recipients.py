"""Recipients of what happens on a board: its viewers."""

from django.utils.translation import gettext_lazy as _

from boards import fragments
from boards.models import Board
from live.keys import Key
from live.notices import Recipients, recipients
from live.page.access import User


def board_of(to: Recipients) -> int | None:
    """The board whose viewers they are; None for other recipients."""
    return int(to.ref) if to.kind == "board" and to.ref.isdecimal() else None


def fragment_of(ref: str) -> Key:
    """The fragment that is on a board's page. A ref that is no board's is on none."""
    return fragments.board.key(pk=board_of(Recipients("board", ref)) or 0)


def choices() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in Board.objects.values_list("pk", "title")]


@recipients(_("Viewers of the board"), viewers_of=fragment_of, choices=choices)
def board(user: User, ref: str) -> bool:
    """Whoever may see the board, on its page. Of a board that is gone nobody is a viewer."""
    pk = board_of(Recipients("board", ref))
    return pk is not None and Board.objects.filter(pk=pk).exists() and fragments.may_see_board(user, pk)
