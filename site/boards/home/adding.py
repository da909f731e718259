"""New boards, and what an offer becomes: a panel at the end of a board."""

from itertools import chain, count
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from boards.editing.actions import end_of, moving
from boards.home.offers import Offer, offer_named
from boards.models import Board, Panel, PanelSeries
from live.page.access import User
from series.models import Series
from series.queries import Query
from series.storage.reducers import Reducer

MAX_SLUG_CHARACTERS = 40
# While others make boards of the same title.
MAX_TRIES = 5


def make_board(user: User, title: str, **columns: Any) -> Board:
    """A board of this title and owner, at the end of the list, with an address made of the title."""
    slug = slugify(title)[:MAX_SLUG_CHARACTERS].strip("-") or "board"
    last = Board.objects.aggregate(last=Max("position"))["last"]
    for _number in range(MAX_TRIES):
        address = _free(slug)
        try:
            with transaction.atomic():
                return Board.objects.create(
                    title=title,
                    owner_id=user.pk,
                    slug=address,
                    time_zone=settings.TIME_ZONE,
                    position=min((last or 0) + 1, 32_767) if last is not None else 0,
                    **columns,
                )
        except IntegrityError:
            if not Board.objects.filter(slug=address).exists():
                raise
    raise IntegrityError(f"there is no free address for {slug}")


def _free(slug: str) -> str:
    """The slug, or the first one with a number behind it that no board has."""
    taken = set(Board.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in count(2))
    return next(address for address in chain([slug], numbered) if address not in taken)


def add_panel(user: User, name: str, board: Board | None = None, title: str = "") -> Panel | None:
    """A panel of the series of this name, with what is guessed of them; in the board's history. Without a board it is
    on a new one. None where the series are on a board by now: two who click at once make one panel."""
    with transaction.atomic():
        _lock(name)
        offer = offer_named(name)
        return offer and _add(user, board or make_board(user, title or offer.guess.title), offer)


def _lock(name: str) -> None:
    """Until the transaction ends nobody else adds these series."""
    list(Series.objects.select_for_update().filter(name=name).values_list("pk"))


def _add(user: User, board: Board, offer: Offer) -> Panel:
    guess = offer.guess
    with moving(user, board):
        panel = Panel.objects.create(
            board=board,
            title=guess.title[: Panel._meta.get_field("title").max_length],
            kind=guess.kind,
            options=guess.options,
            position=end_of(board),
        )
        if offer.number == 1 and not guess.function:
            PanelSeries.objects.create(panel=panel, series_id=offer.key)
        else:
            query = Query(offer.selector, Reducer(guess.function) if guess.function else None)
            PanelSeries.objects.create(panel=panel, query=query.json())
    return panel
