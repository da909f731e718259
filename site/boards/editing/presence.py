"""Who else has the form of a panel open: their browsers say so every few seconds, and without that it expires."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from boards.models import Board, Panel, Presence
from boards.permissions import may_edit
from live import fragment
from live.page.access import User

# After so long without a word nobody is there any more. A form asks every 5 seconds.
EXPIRES = timedelta(seconds=15)


def arrive(user: User, panel: Panel) -> None:
    """Somebody has the form of a panel open, still or now. One row is written."""
    now = timezone.now()
    mine = Presence.objects.filter(panel=panel, user=_pk(user))
    seen = mine.values_list("seen_at", flat=True).first()
    if seen is not None and mine.update(seen_at=now) and seen > now - EXPIRES:
        return
    Presence.objects.update_or_create(panel=panel, user_id=_pk(user), defaults={"seen_at": now})
    _changed(panel)


def leave(user: User, panel: Panel) -> None:
    """Somebody has closed the form of a panel. Rows of those who never did are deleted with it."""
    if Presence.objects.filter(panel=panel, user=_pk(user)).delete()[0]:
        _changed(panel)
    Presence.objects.filter(seen_at__lte=timezone.now() - EXPIRES).delete()


def _changed(panel: Panel) -> None:
    panel_editors.changed(pk=panel.pk, board=panel.board_id)
    board_editors.changed(pk=panel.board_id)


def _names(some: Collection[Presence]) -> dict[str, Any]:
    people = {one.user_id: one for one in some}.values()
    return {
        "names": [one.user.get_short_name() or one.user.get_username() for one in people],
        "next_change": min((one.seen_at + EXPIRES for one in some), default=None),
    }


def _there(now: datetime, **where: Any) -> list[Presence]:
    some = Presence.objects.filter(seen_at__gt=now - EXPIRES, **where)
    return list(some.select_related("user").order_by("user__username"))


def _pk(user: User) -> int:
    return user.pk or 0


@fragment("boards/presence.html#panel")
def panel_editors(pk: int, board: int) -> dict[str, Any]:
    """Who has the form of this panel open. It is nested in the board, which is the same for all who edit it and is
    named, for whoever is asked who may see this: there is one for each panel."""
    return _names(_there(timezone.now(), panel=pk, panel__board=board))


@panel_editors.visible_to
def _(user: User, pk: int, board: int) -> bool:
    return may_edit(user, board)


@fragment("boards/presence.html#board", per=_pk)
def board_editors(audience: int, pk: int) -> dict[str, Any]:
    """Who else is editing this board."""
    some = _there(timezone.now(), panel__board=Board.objects.only("pk").get(pk=pk))
    return _names([one for one in some if one.user_id != audience])


@board_editors.visible_to
def _(user: User, pk: int) -> bool:
    return may_edit(user, pk)
