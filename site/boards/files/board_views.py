"""A whole board to take away: as a picture, as a page that opens offline, as a link to what is seen now."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from boards.display.users import with_display_links
from boards.files import png
from boards.files.exports import board_svg, moment_of
from boards.files.offline import board_html
from boards.files.responses import THEMES, file_name, png_response, theme_of
from boards.lookup import board_for
from boards.models import Board
from boards.permissions import may_edit
from boards.ranges import View, range_or_none, text_of
from boards.variables.choices import choices
from boards.variables.declared import ALL, variables_of
from boards.variables.values import MAX_CHOSEN, chosen_values
from boards.variables.values import text_of as values_text
from boards.views import view_of
from live.charts.output.figure import svg_response

FILES = [
    ("png", _("Picture (PNG)"), _("for a chat, a slide, a mail")),
    ("svg", _("Picture (SVG)"), _("sharp in every size")),
    ("html", _("Page (HTML)"), _("opens offline, and has the numbers to point at")),
]
MILLISECOND = timedelta(milliseconds=1)


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
@conditional_page
@with_display_links
def picture(request: HttpRequest, slug: str, *, as_png: bool) -> HttpResponse:
    """The board as an SVG file, or as PNG in up to twice as many pixels; ``?theme=light`` or ``dark``.

    An SVG without a theme is as its reader prefers, a PNG is light.
    """
    board = board_for(request.user, slug=slug)
    view, theme = view_of(request, board), theme_of(request)
    svg, width, height = board_svg(board, view, theme or ("light" if as_png else ""))
    response = png_response(request, svg.encode(), width, height) if as_png else svg_response(svg)
    if response.status_code == HTTPStatus.OK:
        ending = "png" if as_png else "svg"
        response["Content-Disposition"] = f"inline; {file_name(board.title, board.slug, ending)}"
    return response


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
def page_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The board as one HTML file."""
    board = board_for(request.user, slug=slug)
    response = HttpResponse(board_html(board, view_of(request, board), theme_of(request)))
    # It is for a disk: on this site it would have no styles.
    response["Content-Disposition"] = f"attachment; {file_name(board.title, board.slug, 'html')}"
    return response


@never_cache
@require_safe
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """What of a board can be given to others, as it is seen at this moment."""
    board = board_for(request.user, slug=slug)
    now = timezone.now()
    shown = view_of(request, board)
    view, theme = pinned(board, shown, now), theme_of(request)
    more = f"{view.query}&theme={theme}" if theme else view.query
    files = [
        (label, f"{reverse(f'boards:board-{ending}', args=[slug])}{more}", words)
        for ending, label, words in FILES
        if ending != "png" or png.is_offered()
    ]
    context = {
        "board": board,
        "shown": shown,
        "view": view,
        "moment": moment_of(board, view, now),
        "link": request.build_absolute_uri(f"{board.get_absolute_url()}{view.query}"),
        "theme": theme,
        "themes": zip(THEMES, (_("As its reader prefers"), _("Light"), _("Dark")), strict=True),
        "files": files,
        "may_edit": may_edit(request.user, board.pk),
        "preview": f"{reverse('boards:board-svg', args=[slug])}{more}",
    }
    return render(request, "boards/share.html", context)


def pinned(board: Board, view: View, now: datetime) -> View:
    """The same at this moment for ever: whatever is sent later, and whichever range and values the board has then."""
    return view._replace(
        range=view.range or range_or_none(board.range),
        # A link has milliseconds: the next one has all that is there now.
        at=view.at or text_of(now + MILLISECOND),
        values=_pinned_values(board, view.values),
    )


def _pinned_values(board: Board, values: str) -> str:
    chosen = chosen_values(values, variables_of(board.variables))
    if not chosen:
        return ""
    repeated = {panel.repeat for panel in board.panels.all()}
    # A panel that repeats over all values would have a tile more with each that comes to be.
    named = {name: some for name, some in choices(board).items() if name in repeated}
    pairs = [(name, value) for name, some in chosen.items() for value in some or named.get(name) or [ALL]]
    if len(pairs) > MAX_CHOSEN:
        pairs = [(name, value) for name, some in chosen.items() for value in some or [ALL]]
    return values_text(pairs)
