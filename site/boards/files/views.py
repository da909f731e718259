"""Exports of a panel: a stand-alone SVG or PNG, a table, CSV. The chart is the one of the page.

For an `<img>` in a wiki, an e-mail, a spreadsheet, a colleague who reads tables. All are drawn here, in milliseconds,
without a browser.
"""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from boards import fragments
from boards.display.users import with_display_links
from boards.files import png
from boards.files.exports import drawn, panel_svg
from boards.files.recent_files import RecentFiles
from boards.files.responses import file_name, png_response, theme_of
from boards.lookup import panel_for
from boards.models import Panel
from boards.range_bar import bar
from boards.ranges import View
from boards.variables.declared import variables_of
from boards.variables.tiles import titled
from boards.variables.values import pickers_of
from boards.views import view_of
from live.charts.output.canvas import Theme
from live.charts.output.figure import svg_response
from live.charts.output.table import csv_text, table_html
from live.rendering.render import render as render_fragment

# The size of a picture unless the address says so, and the most that it may say: as PNG that is eight million pixels,
# which take half a second and 80 MB.
PIXELS = {"width": 720, "height": 360}
MIN_PIXELS, MAX_PIXELS = 120, {"width": 1600, "height": 1200}
MAX_DIGITS = 9
MAX_KEPT_BYTES = 8 << 20
CSV = "text/csv; charset=utf-8"

_kept = RecentFiles(MAX_KEPT_BYTES)


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
@conditional_page
@with_display_links
def picture(request: HttpRequest, pk: int, *, as_png: bool) -> HttpResponse:
    """The panel as an SVG file, ``?width=`` and ``?height=`` in pixels; or as PNG, in twice as many of them.
    ``?theme=light`` or ``dark`` is for every reader.

    It may be stored, by the browser alone, but is asked for again each time, and who has the newest is told so: boards
    are live, and may be taken from somebody.
    """
    panel = panel_for(request.user, pk=pk)
    view = view_of(request, panel.board)
    version = render_fragment(fragments.panel.key(pk=pk, **view._asdict())).version
    panel = titled(panel, view.values)
    size = _pixels(request, "width"), _pixels(request, "height")
    svg = _svg(panel, view, theme_of(request), version, *size)
    response = png_response(request, svg, *size) if as_png else svg_response(svg.decode())
    if response.status_code == HTTPStatus.OK:
        response["Content-Disposition"] = f"inline; {_file_name(panel, 'png' if as_png else 'svg')}"
    return response


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel alone on a live page; with ``?as=table`` its data as a table, with ``?as=csv`` as a file."""
    instance = panel_for(request.user, pk=pk)
    view = view_of(request, instance.board)
    instance = titled(instance, view.values)
    context = {"panel": instance, "board": instance.board, "view": view, "has_png": png.is_offered()}
    match request.GET.get("as", "page"):
        case "page":
            links = bar(instance.board, view, timezone.now())
            pickers = pickers_of(view.values, variables_of(instance.board.variables))
            response = render(request, "boards/panel_page.html", context | {"bar": links, "pickers": pickers})
            response["Cache-Control"] = "no-store"
        case "table":
            content = drawn(instance, view)
            caption = " · ".join(filter(None, [instance.title, content["caption"]]))
            locale = translation.to_locale(settings.LANGUAGE_CODE)
            table = table_html(content["chart"].data(), locale=locale, zone=instance.board.zone, caption=caption)
            response = render(request, "boards/panel_table.html", context | {"table": table, "note": content["note"]})
        case "csv":
            # Without the mark Excel takes UTF-8 for the machine's own encoding.
            text = f"\N{BYTE ORDER MARK}{csv_text(drawn(instance, view)['chart'].data())}"
            response = HttpResponse(text, content_type=CSV)
            response["Content-Disposition"] = f"attachment; {_file_name(instance, 'csv')}"
        case _:
            raise BadRequest("A panel comes as ?as=page, ?as=table or ?as=csv.")
    return response


def _file_name(panel: Panel, ending: str) -> str:
    return file_name(panel.title, f"panel-{panel.pk}", ending)


def _pixels(request: HttpRequest, name: str) -> int:
    text, most = request.GET.get(name, str(PIXELS[name])), MAX_PIXELS[name]
    is_number = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    if not (is_number and MIN_PIXELS <= int(text) <= most):
        limits = f"from {MIN_PIXELS} to {most}"
        raise BadRequest(f"{name} must be a whole number of pixels {limits}, not {text[:20]!r}.")
    return int(text)


def _svg(panel: Panel, view: View, theme: Theme, version: str, width: int, height: int) -> bytes:
    """The panel as SVG, drawn once for each version of the fragment that pages show."""
    key = panel.pk, view, theme, version, width, height
    kept = _kept.get(key)
    if kept is None:
        kept = panel_svg(panel, view, theme, width, height).encode()
        _kept.put(key, kept)
    return kept
