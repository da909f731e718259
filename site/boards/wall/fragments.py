"""The fragments of a board on a wall: its panels in tiles, and the boards that come after it."""

from collections.abc import Sequence
from typing import Any

from boards.models import Board
from boards.permissions import boards_seen, may_see_board, seeing
from boards.ranges import View
from boards.wall.layout import Size, layout
from boards.wall.page import wall_address
from live import fragment


@fragment("boards/wall.html#wall")
def wall(pk: int, range: str = "", at: str = "", tz: str = "") -> dict[str, Any]:
    """A board on a wall: the same panels, in tiles that fill the screen. ``View`` says what the options are."""
    instance = Board.objects.get(pk=pk)
    panels = list(instance.panels.all())
    tiles = layout([Size(panel.width, panel.height) for panel in panels])
    return {
        "board": instance,
        "tiles": [(panel.pk, tile) for panel, tile in zip(panels, tiles, strict=True)],
        "view": View(range, at, tz),
    }


wall.visible_to(may_see_board)


@fragment("boards/wall.html#rotation", per=seeing)
def rotation(audience: Sequence[Any], rotate: int = 0) -> dict[str, Any]:
    """The boards that a wall shows one after the other, each for ``rotate`` seconds."""
    return {"walls": [(board, wall_address(board, rotate)) for board in boards_seen(audience)]}
