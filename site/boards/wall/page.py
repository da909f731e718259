"""The page of a board on a wall: what its address asks for, which board is next, and the code for a phone."""

from typing import NamedTuple
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from boards.models import Board
from boards.ranges import View
from boards.variables.declared import RESERVED
from boards.variables.values import values_in

MIN_ROTATE_SECONDS, MAX_ROTATE_SECONDS = 5, 24 * 3600
# Names of this machine that a phone has for itself.
LOOPBACK = ("localhost", "127.", "::1")
# A longer one is no name of a host, whatever a request says: no code has room for it.
MAX_HOST_CHARACTERS = 253


class Wall(NamedTuple):
    """``rotate_seconds`` is how long this board is shown before the next one, 0 for ever; ``values`` are those of
    variables, which may be ones of other boards. ``phone_address`` and its
    ``code`` are empty where a phone could not come: at an address that only this machine has."""

    rotate_seconds: int
    values: str
    next_address: str
    phone_address: str
    code: SafeString


def wall_of(request: HttpRequest, board: Board, view: View, boards: list[Board]) -> Wall:
    """What a board's page on a wall shows; ``boards`` are those that the visitor may see. Raises ``BadRequest``."""
    seconds = _rotate_seconds(request.GET.get("rotate", ""))
    following = next_of(boards, board.pk)
    try:  # those of boards that come later, too
        values = values_in(request.GET, [name for name in request.GET if name.lower() not in RESERVED])
    except ValidationError:
        values = view.values
    next_address = wall_address(following, seconds, values) if following and seconds else ""
    phone = _phone_address(request, f"{board.get_absolute_url()}{view.query}")
    return Wall(seconds, values, next_address, phone, _code(phone) if phone else mark_safe(""))


def next_of(boards: list[Board], pk: int) -> Board | None:
    """The board after this one, and after the last one the first; None if there is no other."""
    order = [board.pk for board in boards]
    index = order.index(pk) + 1 if pk in order else 0
    board = boards[index % len(boards)] if boards else None
    return None if board is None or board.pk == pk else board


def wall_address(board: Board, rotate_seconds: int, values: str = "") -> str:
    """A board on a wall, which goes on to the next one if it rotates, with values of variables."""
    rotate = f"rotate={rotate_seconds}" if rotate_seconds else ""
    return f"{board.get_absolute_url()}?{'&'.join(filter(None, ('wall', rotate, values)))}"


def _rotate_seconds(text: str) -> int:
    if not text:
        return 0
    if len(text) < 6 and text.isascii() and text.isdecimal() and MIN_ROTATE_SECONDS <= int(text) <= MAX_ROTATE_SECONDS:
        return int(text)
    words = _("“%(text)s” is no time after which the next board comes: it must be %(least)d to %(most)d seconds.")
    raise BadRequest(words % {"text": text[:20], "least": MIN_ROTATE_SECONDS, "most": MAX_ROTATE_SECONDS})


def _phone_address(request: HttpRequest, path: str) -> str:
    """By the host's name that the wall has itself, else by the site's address."""
    for address in (request.build_absolute_uri(path), f"{settings.ADDRESS}{path}"):
        host = urlsplit(address).hostname or ""
        if len(host) <= MAX_HOST_CHARACTERS and not host.startswith(LOOPBACK):
            return address
    return ""


def _code(address: str) -> SafeString:
    """A drawing that stands in the page; its colours are those that every camera reads, in dark, too."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None))
