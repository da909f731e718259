"""Recipients of what happens on a board: its viewers."""

from collections.abc import Iterable, Sequence
from itertools import repeat

from django.utils.translation import gettext_lazy as _

from boards import fragments
from boards.models import Board
from boards.permissions import may_see_board
from live.keys import Key
from live.notices import recipients
from live.page.access import User
from live.page.together import asked_together


def pk_of(ref: str) -> int:
    """The key of the board; 0, which no board has, for a ref that is no board's."""
    return int(ref) if ref.isdecimal() else 0


def fragment_of(ref: str) -> Key:
    """The fragment that is on a board's page."""
    return fragments.board.key(pk=pk_of(ref))


def choices() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in Board.objects.values_list("pk", "title")]


@recipients(_("Viewers of the board"), viewers_of=fragment_of, choices=choices)
def board(user: User, ref: str) -> bool:
    """Whoever may see the board, on its page. Of a board that is gone nobody is a viewer."""
    return is_there(user, pk_of(ref)) and may_see_board(user, pk_of(ref))


@asked_together
def is_there(users: Sequence[User], pk: int) -> Iterable[bool]:
    """Whether there is a board of that key: the same for all."""
    return repeat(Board.objects.filter(pk=pk).exists(), len(users))
