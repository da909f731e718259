"""A panel in other media than a page: a stand-alone SVG or PNG, a table, CSV. The chart is the same one.

For an `<img>` in a wiki, an e-mail, a spreadsheet, a colleague who reads tables. All are drawn here, in milliseconds,
without a browser.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from boards import fragments
from boards.drawing import draw
from boards.models import Panel
from live.charts import Chart
from live.charts.output.figure import svg_response
from live.charts.output.table import csv_text, table_html
from live.rendering.render import render as render_fragment

# Pixels of a picture, and how many pictures are kept: about 30 kB each.
WIDTH, HEIGHT = 720, 360
LEAST, MOST = 120, 4000
KEPT = 256
PNG_SCALE = 2
FRESH = "private, no-cache"
CSV = "text/csv; charset=utf-8"
NO_PNG = gettext_noop(
    "PNG needs one more package on the server: pip install -r requirements-png.txt. SVG works without."
)


@dataclass(frozen=True, slots=True)
class File:
    """What is sent, and the tag that says whether somebody has it already."""

    body: bytes
    tag: str


class Kept:
    """The newest files by what they show. A version of a panel is drawn once for all who ask for it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._files: OrderedDict[object, File] = OrderedDict()

    def get(self, key: object) -> File | None:
        """The file, if it is kept."""
        with self._lock:
            found = self._files.get(key)
            if found is not None:
                self._files.move_to_end(key)
            return found

    def put(self, key: object, body: bytes) -> File:
        """Keep a file, and let the one go that nobody has asked for the longest."""
        file = File(body, f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"')
        with self._lock:
            self._files[key] = file
            while len(self._files) > self._most:
                self._files.popitem(last=False)
        return file


kept = Kept(KEPT)


@require_safe
def svg(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The panel as an SVG file; ``?width=`` and ``?height=`` in pixels."""
    return _sent(request, _picture(_seen(request, pk), *_size(request)), "image/svg+xml")


@require_safe
def png(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same as PNG, in twice as many pixels, if the converter is installed."""
    drawn = _picture(_seen(request, pk), *_size(request))
    try:
        import resvg_py
    except ImportError:
        return HttpResponse(_(NO_PNG), status=501, content_type="text/plain; charset=utf-8")
    key = ("png", drawn.tag)
    file = kept.get(key) or kept.put(key, bytes(resvg_py.svg_to_bytes(drawn.body.decode(), zoom=PNG_SCALE)))
    return _sent(request, file, "image/png")


@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The panel alone on a live page; with ``?as=table`` its data as a table, with ``?as=csv`` as a file."""
    found = get_object_or_404(Panel.objects.select_related("board"), pk=pk)
    if not fragments.may_see_board(request.user, found.board_id):
        return redirect_to_login(request.get_full_path())
    match request.GET.get("as", "page"):
        case "page":
            response = render(request, "boards/panel_page.html", {"panel": found, "board": found.board})
            response["Cache-Control"] = "no-store"
            return response
        case "table":
            response = render(request, "boards/panel_table.html", _table(found))
        case "csv":
            response = HttpResponse(csv_text(_drawn(found)["chart"].data()), content_type=CSV)
            name = slugify(found.title) or f"panel-{found.pk}"
            response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        case _:
            raise BadRequest("A panel comes as ?as=page, ?as=table or ?as=csv.")
    response["Cache-Control"] = FRESH
    patch_vary_headers(response, ["Cookie"])
    return response


def _seen(request: HttpRequest, pk: int) -> Panel:
    """The panel, if this visitor may see its board. A picture cannot ask for signing in, so it is refused."""
    found = get_object_or_404(Panel.objects.select_related("board"), pk=pk)
    if not fragments.may_see_board(request.user, found.board_id):
        raise PermissionDenied
    return found


def _size(request: HttpRequest) -> tuple[int, int]:
    """The size asked for, in pixels."""
    sides = []
    for name, usual in (("width", WIDTH), ("height", HEIGHT)):
        given = request.GET.get(name, str(usual))
        if not (given.isascii() and given.isdigit() and LEAST <= int(given[:6]) <= MOST):
            raise BadRequest(f"{name} must be a whole number of pixels from {LEAST} to {MOST}, not {given[:20]!r}.")
        sides.append(int(given))
    return sides[0], sides[1]


def _drawn(panel: Panel) -> dict[str, Any]:
    """The panel's chart, in the site's language as on every page: see ``live.rendering.render.render``."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        return draw(panel)


def _picture(panel: Panel, width: int, height: int) -> File:
    """The panel as SVG. Drawn once for each version of the fragment that pages show."""
    key = ("svg", render_fragment(fragments.panel.key(pk=panel.pk)).version, panel.pk, width, height)
    file = kept.get(key)
    if file is None:
        drawn = _drawn(panel)
        chart: Chart = drawn["chart"]
        words = {"title": panel.title, "caption": drawn["caption"], "note": drawn["note"]}
        file = kept.put(key, chart.svg(**words, width=width, height=height).encode())
    return file


def _table(panel: Panel) -> dict[str, Any]:
    drawn = _drawn(panel)
    caption = " · ".join(filter(None, [panel.title, drawn["caption"]]))
    locale = translation.to_locale(settings.LANGUAGE_CODE)
    table = table_html(drawn["chart"].data(), locale=locale, zone=panel.board.zone, caption=caption)
    return {"panel": panel, "board": panel.board, "table": table, "note": drawn["note"]}


def _sent(request: HttpRequest, file: File, content_type: str) -> HttpResponseBase:
    """The file, or 304 to who has it. It may be kept, but is asked for again each time: boards are live."""
    svg = content_type == "image/svg+xml"
    response = svg_response(file.body.decode()) if svg else HttpResponse(file.body, content_type=content_type)
    response["ETag"] = file.tag
    response["Cache-Control"] = FRESH
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=file.tag, response=response) or response
