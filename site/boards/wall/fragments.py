"""The fragments of a board on a wall: its panels in tiles, and the boards that come after it."""

from collections.abc import Sequence
from typing import Any

from boards.models import Board
from boards.permissions import boards_seen, may_see_board, seeing
from boards.ranges import View
from boards.variables.tiles import tiles_of
from boards.wall.layout import MAX_TILES, Size, layout
from boards.wall.page import wall_address
from live import fragment


@fragment("boards/wall.html#wall")
def wall(pk: int, range: str = "", at: str = "", tz: str = "", values: str = "") -> dict[str, Any]:
    """A board on a wall: the same panels, in tiles that fill the screen. ``View`` says what the options are."""
    instance = Board.objects.get(pk=pk)
    tiles, unknown = tiles_of(instance, values, _max_repeats(instance))
    sizes = layout([Size(tile.panel.width, tile.panel.height) for tile in tiles])
    return {
        "board": instance,
        "tiles": list(zip(tiles, sizes, strict=True)),
        "more": sum(tile.more for tile in tiles),
        "unknown": unknown,
        "view": View(range, at, tz, values),
    }


wall.visible_to(may_see_board)


def _max_repeats(board: Board) -> int:
    """How many tiles of one panel there is room for, beside the panels that do not repeat."""
    repeats = list(board.panels.values_list("repeat", flat=True))
    repeating = sum(bool(name) for name in repeats)
    return max(1, (MAX_TILES - len(repeats) + repeating) // repeating) if repeating else MAX_TILES


@fragment("boards/wall.html#rotation", per=seeing, depends_on=Board)
def rotation(audience: Sequence[Any], rotate: int = 0, values: str = "") -> dict[str, Any]:
    """The boards that a wall shows one after the other, each for ``rotate`` seconds. The values are those of variables,
    whichever of them declares one."""
    return {"walls": [(board, wall_address(board, rotate, values)) for board in boards_seen(audience)]}
