"""The fragment of a board's edit page: its panels, live, with their buttons."""

from typing import Any

from boards.editing.tools import TOOLS
from boards.models import Board
from boards.permissions import may_edit
from live import fragment
from live.page.access import User


@fragment("boards/edit.html#grid")
def edit_board(pk: int) -> dict[str, Any]:
    """A board's panels as they are while it is edited. They are fragments of their own, and live as on the board."""
    board = Board.objects.get(pk=pk)
    return {"board": board, "panels": list(board.panels.all()), "tools": TOOLS}


@edit_board.visible_to
def _(user: User, pk: int) -> bool:
    return may_edit(user, pk)
