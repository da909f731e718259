"""Who is told what happens on a board: whoever looks at it."""

from django.utils.translation import gettext_lazy as _

from boards import fragments
from boards.models import Board
from live.keys import Key
from live.notices.audiences import audience
from live.page.access import User


def pk_of(name: str) -> int | None:
    """Which board's viewers a stored audience is; None for other audiences."""
    kind, _colon, ref = name.partition(":")
    return int(ref) if kind == "board" and ref.isdecimal() else None


def place(ref: str) -> Key:
    """The fragment that is on a board's page. A ref that is no board's is on none."""
    return fragments.board.key(pk=pk_of(f"board:{ref}") or 0)


def choices() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in Board.objects.values_list("pk", "title")]


@audience(_("Viewers of the board"), place=place, choices=choices)
def board(user: User, ref: str) -> bool:
    """Whoever may see the board, on its page. Of a board that is gone nobody is a viewer."""
    pk = pk_of(f"board:{ref}")
    return pk is not None and Board.objects.filter(pk=pk).exists() and fragments.may_see_board(user, pk)
