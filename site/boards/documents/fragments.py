"""The fragment that says of a board whether it was imported, and edited since then."""

from typing import Any

from boards.documents.imports import was_edited
from boards.models import Board
from boards.permissions import may_edit
from live import fragment
from live.page.access import User


@fragment("boards/as_code.html#imported")
def imported(pk: int) -> dict[str, Any]:
    """Where the board came from."""
    board = Board.objects.get(pk=pk)
    return {"is_imported": bool(board.imported_digest), "is_edited": was_edited(board)}


@imported.visible_to
def _(user: User, pk: int) -> bool:
    return may_edit(user, pk)
