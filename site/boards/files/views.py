"""Exports of a panel: a stand-alone SVG or PNG, a table, CSV. The chart is the one of the page.

For an `<img>` in a wiki, an e-mail, a spreadsheet, a colleague who reads tables. All are drawn here, in milliseconds,
without a browser.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from boards import fragments
from boards.files import png
from boards.files.recent_files import RecentFiles
from boards.models import Panel
from boards.panels import draw
from boards.permissions import may_see_board
from boards.range_bar import bar
from boards.ranges import View
from boards.views import view_of
from live.charts import Chart
from live.charts.output.figure import svg_response
from live.charts.output.table import csv_text, table_html
from live.rendering.render import render as render_fragment

# The size of a picture unless the address says so, and the most that it may say: as PNG that is eight million pixels,
# which take half a second and 80 MB.
PIXELS = {"width": 720, "height": 360}
MIN_PIXELS, MAX_PIXELS = 120, {"width": 1600, "height": 1200}
MAX_DIGITS = 9
MAX_KEPT_BYTES = 8 << 20
# Until somebody whose picture could not be made should ask again.
RETRY_AFTER_SECONDS = 10
TEXT = "text/plain; charset=utf-8"
CSV = "text/csv; charset=utf-8"
NO_PNG = gettext_noop(
    "PNG needs one more package on the server: pip install -r requirements-png.txt. SVG works without."
)
NO_PNG_NOW = gettext_noop("The picture cannot be made just now; ask again in a moment. SVG works at once.")

_kept = RecentFiles(MAX_KEPT_BYTES)


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
@conditional_page
def picture(request: HttpRequest, pk: int, *, as_png: bool) -> HttpResponse:
    """The panel as an SVG file, ``?width=`` and ``?height=`` in pixels; or as PNG, in twice as many of them.

    It may be stored, but is asked for again each time, and who has the newest is told so: boards are live. A picture
    cannot ask for signing in: it is refused.
    """
    panel = get_object_or_404(Panel.objects.select_related("board"), pk=pk)
    if not may_see_board(request.user, panel.board_id):
        raise PermissionDenied
    view = view_of(request, panel.board)
    version = render_fragment(fragments.panel.key(pk=pk, **view._asdict())).version
    svg = _svg(panel, view, version, _pixels(request, "width"), _pixels(request, "height"))
    response = _png_response(request, svg) if as_png else svg_response(svg.decode())
    if response.status_code == HTTPStatus.OK:
        response["Content-Disposition"] = f"inline; {_file_name(panel, 'png' if as_png else 'svg')}"
    return response


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel alone on a live page; with ``?as=table`` its data as a table, with ``?as=csv`` as a file."""
    instance = get_object_or_404(Panel.objects.select_related("board"), pk=pk)
    if not may_see_board(request.user, instance.board_id):
        return redirect_to_login(request.get_full_path())
    view = view_of(request, instance.board)
    context = {"panel": instance, "board": instance.board, "view": view, "has_png": png.is_offered()}
    match request.GET.get("as", "page"):
        case "page":
            links = bar(instance.board, view, timezone.now())
            response = render(request, "boards/panel_page.html", context | {"bar": links})
            response["Cache-Control"] = "no-store"
        case "table":
            drawn = _drawn(instance, view)
            caption = " · ".join(filter(None, [instance.title, drawn["caption"]]))
            locale = translation.to_locale(settings.LANGUAGE_CODE)
            table = table_html(drawn["chart"].data(), locale=locale, zone=instance.board.zone, caption=caption)
            response = render(request, "boards/panel_table.html", context | {"table": table, "note": drawn["note"]})
        case "csv":
            # Without the mark Excel takes UTF-8 for the machine's own encoding.
            text = f"\N{BYTE ORDER MARK}{csv_text(_drawn(instance, view)['chart'].data())}"
            response = HttpResponse(text, content_type=CSV)
            response["Content-Disposition"] = f"attachment; {_file_name(instance, 'csv')}"
        case _:
            raise BadRequest("A panel comes as ?as=page, ?as=table or ?as=csv.")
    return response


def _file_name(panel: Panel, ending: str) -> str:
    """The file's name for ``Content-Disposition`` (RFC 6266): the title, and for old programs its letters without
    marks."""
    usual = f"panel-{panel.pk}"
    name = slugify(panel.title, allow_unicode=True) or usual
    ascii_name = slugify(name.casefold()) or usual  # "ß" is "ss" there
    return f"filename=\"{ascii_name}.{ending}\"; filename*=UTF-8''{quote(name)}.{ending}"


def _png_response(request: HttpRequest, svg: bytes) -> HttpResponse:
    # All of the PNG follows from the SVG: whoever has it is told so before anything is converted.
    etag = f'"{png.digest(svg)}"'
    response = get_conditional_response(request, etag=etag)
    try:
        response = response or HttpResponse(png.to_png(svg), content_type="image/png")
    except png.MissingConverter:
        return HttpResponse(_(NO_PNG), status=501, content_type=TEXT)
    except png.Unavailable:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(_(NO_PNG_NOW), status=503, content_type=TEXT, headers=headers)
    response["ETag"] = etag
    return response


def _pixels(request: HttpRequest, name: str) -> int:
    text, most = request.GET.get(name, str(PIXELS[name])), MAX_PIXELS[name]
    is_number = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    if not (is_number and MIN_PIXELS <= int(text) <= most):
        limits = f"from {MIN_PIXELS} to {most}"
        raise BadRequest(f"{name} must be a whole number of pixels {limits}, not {text[:20]!r}.")
    return int(text)


def _drawn(panel: Panel, view: View) -> dict[str, Any]:
    """The panel's chart, in the site's language as on every page: see ``live.rendering.render.render``."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        return draw(panel, view)


def _svg(panel: Panel, view: View, version: str, width: int, height: int) -> bytes:
    """The panel as SVG, drawn once for each version of the fragment that pages show."""
    key = panel.pk, view, version, width, height
    kept = _kept.get(key)
    if kept is None:
        drawn = _drawn(panel, view)
        chart: Chart = drawn["chart"]
        words = {"title": panel.title, "caption": drawn["caption"], "note": drawn["note"]}
        kept = chart.svg(**words, width=width, height=height).encode()
        _kept.put(key, kept)
    return kept
