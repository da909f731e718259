"""What a display link opens, and what a page of another site may show of a board: without an account or a cookie."""

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from boards.display.origins import frame_ancestors, is_listed
from boards.display.users import DisplayUser, opened, with_display_links
from boards.lookup import board_for
from boards.models import Board
from boards.range_bar import bar
from boards.views import view_of
from config.middleware import POLICY
from live.limited_log import LimitedLog

limited_log = LimitedLog(logging.getLogger(__name__))


@never_cache
@require_safe
def display(request: HttpRequest, secret: str) -> HttpResponse:
    """A board on a wall, for whoever has the link."""
    try:
        user = request.user = opened(request, secret)
    except Http404:
        return render(request, "boards/display_ended.html", status=404)
    return render(request, "boards/display.html", _context(request, user.link.board))


@xframe_options_exempt
@never_cache
@require_safe
@with_display_links
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """A board inside of a page of another site that the board lists: what everybody may see, or what the display link
    in the address shows. Who is signed in sees no more than that: another site must not show it by their cookie."""
    if not isinstance(request.user, DisplayUser):
        request.user = AnonymousUser()
    board = board_for(request.user, slug=slug)
    _warn_of_other_sites(request, board)
    response = render(request, "boards/embed.html", _context(request, board))
    policy = POLICY.replace("frame-ancestors 'none'", frame_ancestors(board.embed_origins.split()))
    response["Content-Security-Policy"] = policy
    return response


def _context(request: HttpRequest, board: Board) -> dict[str, Any]:
    view = view_of(request, board)
    now = timezone.now()
    link = request.user.link if isinstance(request.user, DisplayUser) else None
    return {"board": board, "view": view, "bar": bar(board, view, now), "now": now, "link": link}


def _warn_of_other_sites(request: HttpRequest, board: Board) -> None:
    """Browsers refuse to show it there and tell nobody; whoever runs the server finds the reason in its log."""
    by, dest = request.headers.get("Referer", ""), request.headers.get("Sec-Fetch-Dest", "iframe")
    origin = "/".join(by.split("/", 3)[:3])
    listed = [request.build_absolute_uri("/")[:-1], *board.embed_origins.split()]
    if by and dest in ("iframe", "frame", "object", "embed") and not is_listed(origin, listed):
        limited_log.warning("a page of %.100r may not show the board %s: %s", origin, board.slug, UNLISTED)


UNLISTED = "its origin is not one of those that the board lists under *Displays*"
