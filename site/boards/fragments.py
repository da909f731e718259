"""The fragments of a board's page: the board, a panel, the activity, a wall. Those of the home page are in ``home``."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from boards.models import Board, Panel
from boards.panels import draw
from boards.ranges import View
from boards.wall.layout import Size, layout
from boards.wall.page import wall_address
from live import fragment
from live.notices import Notice, Recipients, describe_notice
from live.page.access import User
from live.page.together import asked_together

# The last notices to its viewers that a board shows.
MAX_NOTICES = 5


def may_see_board(user: User, pk: int, **view: str) -> bool:
    """Public boards are everybody's, the others for those who are signed in. What is gone has nothing to hide."""
    return user.is_authenticated or pk not in _private(user).boards


def may_see_panel(user: User, pk: int, **view: str) -> bool:
    """Whoever sees the board that it is on now sees a panel, on whatever page it was put."""
    return user.is_authenticated or pk not in _private(user).panels


class _Private(NamedTuple):
    """What is only for people who are signed in: boards and panels, by their keys."""

    boards: frozenset[int]
    panels: frozenset[int]


def _private(user: User) -> _Private:
    """What a visitor may not see now: one query, however many panels a page has.

    It is remembered on the object for as long as that lives: a request, or one round in which open pages are asked.
    """
    private: _Private | None = getattr(user, "boards_private", None)
    if private is None:
        private = user.boards_private = _private_now(user)  # type: ignore[union-attr]
    return private


@asked_together
def _private_now(visitors: Sequence[User]) -> list[_Private]:
    """The same for all of them; each session of somebody who is not signed in is a visitor."""
    rows = list(Board.objects.filter(public=False).order_by().values_list("pk", "panels"))
    private = _Private(frozenset(pk for pk, _panel in rows), frozenset(panel for _pk, panel in rows if panel))
    return [private] * len(visitors)


def boards_of(scope: str) -> QuerySet[Board]:
    """Those that are ``public``, or ``all``."""
    return Board.objects.filter(public=True) if scope == "public" else Board.objects.all()


def may_see_boards(user: User, scope: str, **params: object) -> bool:
    """Whether somebody may know which boards there are."""
    return scope == "public" or user.is_authenticated


@fragment("boards/board.html#board")
def board(pk: int, range: str = "", at: str = "", tz: str = "") -> dict[str, Any]:
    """A board's heading and its panels, which are fragments of their own. ``View`` says what the options are."""
    instance = Board.objects.get(pk=pk)
    return {
        "board": instance,
        "panels": instance.panels.values_list("pk", flat=True),
        "view": View(range, at, tz),
    }


board.visible_to(may_see_board)


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


@fragment("boards/wall.html#rotation")
def rotation(scope: str, rotate: int = 0) -> dict[str, Any]:
    """The boards that a wall shows one after the other, each for ``rotate`` seconds."""
    return {"walls": [(board, wall_address(board, rotate)) for board in boards_of(scope)]}


rotation.visible_to(may_see_boards)


@fragment("boards/panel.html#panel")
def panel(pk: int, range: str = "", at: str = "", tz: str = "") -> dict[str, Any]:
    """One panel. ``View`` says what the options are."""
    instance = Panel.objects.select_related("board").get(pk=pk)
    view = View(range, at, tz)
    return {"panel": instance, "view": view, **draw(instance, view)}


panel.visible_to(may_see_panel)


@fragment("boards/board.html#activity")
def activity(pk: int) -> dict[str, Any]:
    """The last notices to a board's viewers, such as what people did on it, the newest first."""
    instance = Board.objects.get(pk=pk)
    notices = Notice.objects.filter(recipients=Recipients("board", str(pk)), fraction=None).select_related("by")
    # As they came: a clock that was set back must not keep the newest from being seen.
    last = notices.order_by("-pk")[:MAX_NOTICES] if instance.show_activity else ()
    return {"events": [describe_notice(notice) for notice in last], "zone": instance.zone}


activity.visible_to(may_see_board)
