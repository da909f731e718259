"""The fragments of a board's page: the board, a panel, the activity, the way to edit it. Other pages have theirs in
their packages."""

from collections.abc import Sequence
from typing import Any

from boards.data.panels_read import PanelRead, panels_read
from boards.models import Board
from boards.panels import draw
from boards.permissions import boards_edited, editing, may_see_board, may_see_panel
from boards.ranges import View
from boards.variables.tiles import tiles_of, titled
from live import fragment
from live.notices import Notice, Recipients, describe_notice
from live.page.access import User

# The last notices to its viewers that a board shows.
MAX_NOTICES = 5


@fragment("boards/board.html#board")
def board(pk: int, range: str = "", at: str = "", tz: str = "", values: str = "") -> dict[str, Any]:
    """A board's heading and its panels, which are fragments of their own. ``View`` says what the options are."""
    instance = Board.objects.get(pk=pk)
    return {"board": instance, "view": View(range, at, tz, values), **tiles_of(instance, values)._asdict()}


board.visible_to(may_see_board)


@fragment("boards/panel.html#panel", load_many=panels_read)
def panel(read: PanelRead, pk: int, range: str = "", at: str = "", tz: str = "", values: str = "") -> dict[str, Any]:
    """One panel. ``View`` says what the options are."""
    stored, rows = read.objects()
    instance, view = titled(stored, values), View(range, at, tz, values)
    return {"panel": instance, "view": view, **draw(instance, view, rows, read.newest_of)}


panel.visible_to(may_see_panel)


@fragment("boards/panel.html#panel", load_many=panels_read)
def repeated_panel(
    read: PanelRead, pk: int, tile: str, range: str = "", at: str = "", tz: str = "", values: str = ""
) -> dict[str, Any]:
    """One of the tiles of a panel that repeats: ``tile`` is the key of the value that it has among the values."""
    return dict(panel.function(read, pk, range, at, tz, values))


@repeated_panel.visible_to
def _(user: User, pk: int, **view: str) -> bool:
    return may_see_panel(user, pk)


@fragment("boards/board.html#activity", depends_on=Board)
def activity(pk: int) -> dict[str, Any]:
    """The last notices to a board's viewers, such as what people did on it, the newest first."""
    instance = Board.objects.get(pk=pk)
    notices = Notice.objects.filter(recipients=Recipients("board", str(pk)), fraction=None).select_related("by")
    # As they came: a clock that was set back must not keep the newest from being seen.
    last = notices.order_by("-pk")[:MAX_NOTICES] if instance.show_activity else ()
    return {"events": [describe_notice(notice) for notice in last], "zone": instance.zone}


activity.visible_to(may_see_board)


@fragment("boards/board.html#edit_link", per=editing, depends_on=Board)
def edit_link(audience: Sequence[Any], pk: int) -> dict[str, Any]:
    """The way to a board's edit page, for those who may edit it."""
    return {"board": boards_edited(audience).filter(pk=pk).first()}


edit_link.visible_to(may_see_board)
