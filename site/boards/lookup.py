"""The board or panel that an address names, for those who may see it.

What one may not see is not there: it is the same 404, after the same questions to the database, as what does not exist.
"""

from typing import Any

from django.http import Http404

from boards.models import Board, Panel
from boards.permissions import may_see_board
from live.page.access import User


class NotForYou(Http404):
    """There is no such board, or it is not for whoever asks. Its page leads those to sign in who have not."""


def board_for(user: User, **where: Any) -> Board:
    """The board of these columns, such as ``slug``; ``NotForYou`` if there is none that this user may see."""
    board = Board.objects.filter(**where).first()
    if not may_see_board(user, board.pk if board else 0) or board is None:
        raise NotForYou
    return board


def panel_for(user: User, **where: Any) -> Panel:
    """The panel of these columns, with its board; ``NotForYou`` if there is none that this user may see."""
    panel = Panel.objects.select_related("board").filter(**where).first()
    if not may_see_board(user, panel.board_id if panel else 0) or panel is None:
        raise NotForYou
    return panel
