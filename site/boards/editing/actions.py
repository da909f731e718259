"""What buttons, keys and dragging do to the panels of a board: add, move, resize, duplicate, delete.

A request to move names the panel behind which another one goes, and a request to resize the size that it had, so that
changes by two people at once can both be made. Where they cannot, the second one is ``Refused`` with the reason.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from boards import kinds
from boards.editing.history import lock, recording
from boards.editing.outcome import Outcome, Refused
from boards.editing.positions import FIRST, even, is_even, position_after
from boards.editing.undo import undo
from boards.editing.words import gone, size, title_of, who
from boards.layout import COLUMNS, MAX_HEIGHT, MIN_WIDTH
from boards.models import Board, Panel, Revision
from live.page.access import User

MAX_TITLE = Panel._meta.get_field("title").max_length or 0


def panel_of(board: Board, pk: int) -> Panel:
    """A panel of the board; ``Refused`` if it is gone."""
    panel = board.panels.filter(pk=pk).first()
    if panel is None:
        raise Refused(gone(board, pk))
    return panel


def order_of(board: Board) -> list[tuple[int, float]]:
    """The board's panels in their order, with their positions."""
    return list(board.panels.values_list("pk", "position"))


def end_of(board: Board) -> float:
    """The position behind all panels of the board."""
    last = board.panels.last()
    return last.position + 1 if last else 0.0


@contextmanager
def moving(user: User, board: Board) -> Iterator[list[Revision]]:
    """``recording``, with room between the positions of the board's panels. To make it is no edit of anybody: the
    order stays as it is."""
    with transaction.atomic():
        lock(board.pk)
        order = order_of(board)
        for pk, position in ({} if is_even(order) else even(order)).items():
            Panel.objects.filter(pk=pk).update(position=position)
        with recording(user, board.pk) as revisions:
            yield revisions


def move(user: User, board: Board, pk: int, find_after: Callable[[list[int]], int]) -> Outcome:
    """Move a panel; ``find_after`` says behind which one, from the keys in their order."""
    with moving(user, board) as revisions:
        panel = panel_of(board, pk)
        order = order_of(board)
        try:
            panel.position = position_after(order, pk, find_after([key for key, _position in order]))
        except ValueError:
            raise Refused(_("The panel behind which it would go is gone.")) from None
        panel.save()
    keys = list(board.panels.values_list("pk", flat=True))
    words = _("%(title)s, now %(index)d of %(count)d") if revisions else _("%(title)s stays %(index)d of %(count)d")
    return Outcome(words % {"title": panel.title, "index": keys.index(pk) + 1, "count": len(keys)}, pk)


def resize(user: User, board: Board, pk: int, change: Callable[[int, int], tuple[int, int]]) -> Outcome:
    """Resize a panel; ``change`` is called with its width and height and returns the new ones, which are limited."""
    with recording(user, board.pk) as revisions:
        panel = panel_of(board, pk)
        width, height = change(panel.width, panel.height)
        panel.width = min(max(width, MIN_WIDTH), COLUMNS)
        panel.height = min(max(height, 1), MAX_HEIGHT)
        panel.save()
    words = _("%(title)s, now %(size)s") if revisions else _("%(title)s stays %(size)s")
    return Outcome(words % {"title": panel.title, "size": size(panel.width, panel.height)}, pk)


def resize_to(user: User, board: Board, pk: int, wanted: tuple[int, int], was: tuple[int, int]) -> Outcome:
    """Resize a panel that has the size ``was``. ``Refused`` if it has another one by now; the words name both sizes."""

    def change(width: int, height: int) -> tuple[int, int]:
        if (width, height) not in (was, wanted):
            words = _("Somebody else has resized it meanwhile: it is %(now)s, and you wanted %(wanted)s.")
            raise Refused(words % {"now": size(width, height), "wanted": size(*wanted)})
        return wanted

    return resize(user, board, pk, change)


def add(user: User, board: Board, kind_name: str) -> Outcome:
    """Put a new panel of a kind at the end of the board, with the size that it needs."""
    kind = kinds.registry.get(kind_name)
    if kind is None:
        raise Refused(_("There is no kind of panel “%s”.") % kind_name)
    with moving(user, board) as revisions:
        panel = Panel.objects.create(board=board, kind=kind.name, title=title_of(kind), position=end_of(board))
    return Outcome(_("%s is new at the end of the board.") % panel.title, panel.pk, revisions[0].pk)


def duplicate(user: User, board: Board, pk: int) -> Outcome:
    """Put a copy of a panel, with its series, behind it."""
    with moving(user, board) as revisions:
        panel = panel_of(board, pk)
        order, lines = order_of(board), list(panel.lines.all())
        title = _("%s (copy)") % panel.title
        panel.pk, panel.version, panel.title, panel._state.adding = None, 0, title[:MAX_TITLE], True
        panel.key, panel.position = "", position_after(order, 0, pk)
        panel.save()
        for line in lines:
            line.pk, line.panel, line._state.adding = None, panel, True
            line.save()
    return Outcome(_("%s is new.") % panel.title, panel.pk, revisions[0].pk)


def delete(user: User, board: Board, pk: int, known: int | None = None) -> Outcome:
    """Delete a panel. ``known`` is the last revision that the page of whoever does it has shown, where a page is not
    live: ``Refused`` if somebody else has changed the panel after that."""
    with recording(user, board.pk) as revisions:
        panel = panel_of(board, pk)
        newer = Revision.objects.filter(panel_pk=pk, pk__gt=known or 0).exclude(by=user.pk)
        if known is not None and (last := newer.select_related("by").last()):
            words = _("%(who)s has changed “%(title)s” meanwhile. See what it is now, and delete it then.")
            raise Refused(words % {"who": who(last), "title": panel.title})
        panel.delete()
    return Outcome(_("“%s” is deleted.") % panel.title, None, revisions[0].pk)


def whole(data: Mapping[str, str], name: str) -> int:
    """A whole number in a request. ``Refused`` if it is none."""
    value = data.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Refused(_("“%(name)s” must be a whole number.") % {"name": name})
    return int(value)


def earlier(pk: int) -> Callable[[list[int]], int]:
    """Behind the panel before the one that is before it."""
    return lambda keys: [FIRST, FIRST, *keys][keys.index(pk)]


def later(pk: int) -> Callable[[list[int]], int]:
    """Behind the panel that follows it."""
    return lambda keys: [*keys[1:], *([keys[-2]] if len(keys) > 1 else [FIRST])][keys.index(pk)]


STEPS = {"narrower": (-1, 0), "wider": (1, 0), "lower": (0, -1), "taller": (0, 1)}


def act(user: User, board: Board, data: Mapping[str, str]) -> Outcome:
    """Do what a request asks for: its ``do`` is a verb and the key of a panel. Raises ``Refused``."""
    verb, _space, key = data.get("do", "").partition(" ")
    pk = whole({"do": key}, "do")
    match verb:
        case "earlier":
            return move(user, board, pk, earlier(pk))
        case "later":
            return move(user, board, pk, later(pk))
        case "move":
            after = whole(data, "after")
            return move(user, board, pk, lambda _keys: after)
        case "narrower" | "wider" | "lower" | "taller":
            columns, rows = STEPS[verb]
            return resize(user, board, pk, lambda width, height: (width + columns, height + rows))
        case "resize":
            wanted, was = ((whole(data, f"{prefix}width"), whole(data, f"{prefix}height")) for prefix in ("", "was_"))
            return resize_to(user, board, pk, wanted, was)
        case "duplicate":
            return duplicate(user, board, pk)
        case "delete":
            return delete(user, board, pk, whole(data, "known") if "known" in data else None)
        case "undo":
            return undo(user, board, pk)
    raise Refused(_("There is nothing called “%s” to do here.") % verb)
