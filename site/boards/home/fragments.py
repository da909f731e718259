"""The fragments of the home page: the list of boards, a board as a card, series that no board shows."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, ngettext

from boards.home.offers import boards_to_add_to, offers_now
from boards.home.summary import Summary, summary
from boards.models import Board, DismissedSeries, Favourite, PanelSeries
from boards.permissions import (
    ANYBODY,
    Rights,
    boards_edited,
    boards_seen,
    editing,
    may_see_board,
    restriction,
    seeing,
)
from boards.stored import stored_board
from live import fragment
from live.page.access import User
from live.page.together import asked_together

# Once a second is soon enough for a summary, and what is new is read no more often either. No less often: a page that
# was away has to be true again within 5 s, of which it needs up to 4 to come back.
INTERVAL_SECONDS = 1.0
# Which boards are listed.
ALL, STARRED = "", "starred"


@asked_together
def favourites(users: Sequence[User]) -> list[tuple[int, ...]]:
    """The boards that each has marked with a star."""
    by_user: dict[int, list[int]] = {}
    signed_in = [user.pk for user in users if user.is_authenticated]
    if signed_in:
        rows = Favourite.objects.filter(user__in=signed_in).order_by("board")
        for user, board in rows.values_list("user", "board"):
            by_user.setdefault(user, []).append(board)
    return [tuple(by_user.get(user.pk or 0, ())) for user in users]


def list_of(user: User) -> tuple[Rights, tuple[int, ...]]:
    """Those who see the same boards with the same stars share one list."""
    return (seeing(user), favourites(user))


@fragment("boards/index.html#boards", per=list_of, depends_on=Board)
def boards(audience: tuple[Sequence[Any], Sequence[int]], show: str = ALL, q: str = "") -> dict[str, Any]:
    """The boards that somebody may open, as cards: those of which title or note hold ``q``, and with ``show`` only
    their favourites."""
    rights, starred = audience
    rows = boards_seen(rights)
    is_empty = not rows.exists()
    if show == STARRED:
        rows = rows.filter(pk__in=starred)
    for word in q.split():
        rows = rows.filter(Q(title__icontains=word) | Q(note__icontains=word))
    return {
        "boards": [(board.pk, board.title, board.pk in starred) for board in rows],
        "may_star": rights[0] != ANYBODY,
        "show": show,
        "q": q,
        "is_empty": is_empty,
    }


@fragment("boards/index.html#card", interval_seconds=INTERVAL_SECONDS)
def card(pk: int) -> dict[str, Any]:
    """A board as a card: what is the worst on it, some figures, a small line."""
    stored = stored_board(pk)
    about = summary(stored)
    return {
        "board": stored.board,
        "restriction": restriction(stored.board),
        "about": about,
        "states": states_of(about),
        "next_change": about.next_change,
    }


card.visible_to(may_see_board)


def states_of(about: Summary) -> list[tuple[str, str]]:
    """What a card says of its panels, the worst first: levels, and the words beside their signs."""
    states = [
        ("bad", ngettext("%d critical", "%d critical", about.critical) % about.critical if about.critical else ""),
        ("warn", ngettext("%d warning", "%d warnings", about.warnings) % about.warnings if about.warnings else ""),
        ("late", ngettext("%d late", "%d late", about.late) % about.late if about.late else ""),
        ("off", ngettext("%d broken", "%d broken", about.broken) % about.broken if about.broken else ""),
    ]
    shown = [state for state in states if state[1]]
    if shown:
        return shown
    if about.has_data:
        return [("ok", gettext("All OK"))]
    if about.has_series:
        return [("none", gettext("No data yet"))]
    return [] if about.panels else [("none", gettext("No panels yet"))]


@fragment(
    "boards/offers.html#offers",
    per=editing,
    interval_seconds=INTERVAL_SECONDS,
    depends_on=[Board, PanelSeries, DismissedSeries],
)
def offers(audience: Sequence[Any], board: int = 0) -> dict[str, Any]:
    """Series that no panel shows, to be added to a board that they may edit: to ``board``, if it is one."""
    to = boards_to_add_to(boards_edited(audience), board)
    # For whom the page was made may be no editor any more.
    if audience[0] == ANYBODY or (board and not to):
        return {"offers": ()}
    now = offers_now()
    return {"offers": now.shown, "more": now.more, "to": to, "only": board, "next_change": now.next_change}
