"""A board as one HTML file that needs nothing else: for a mail, a ticket, an archive, a place without network.

Its panels are those of the page, with the same figures and words, under the same style sheets; these and the typeface
are in the file. It refers to nothing outside: what is a link on the page is its words here, and the file forbids its
browser to load anything.
"""

import base64
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from boards.files.exports import drawn, moment_of, note_of
from boards.models import Board
from boards.ranges import View
from boards.variables.tiles import tiles_of, titled
from live.charts.output.canvas import Theme
from live.templatetags.charts import STYLES

SHEETS = [*STYLES, "boards/page.css", "boards/boards.css", "boards/offline.css"]
FONT = "live/fonts/inter.woff2"
_FONT_URL = re.compile(r'url\("[^"]*inter\.woff2"\)')
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_ADDRESS = re.compile(r'(<a\b(?:[^>"]|"[^"]*")*?)\s+href="[^"]*"')


def board_html(board: Board, view: View, theme: Theme) -> str:
    """The file."""
    tiles, unknown = tiles_of(board, view.values)
    panels = []
    for tile in tiles:
        panel, of_tile = titled(tile.panel, tile.values), view._replace(values=tile.values)
        # The table is a page of its own, which is not in here.
        context = {"panel": panel, "view": of_tile, **drawn(panel, of_tile), "has_table": False}
        panels.append(render_to_string("boards/panel.html#panel", context))
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(
            "boards/board_file.html",
            {
                "board": board,
                "panels": [without_links(html) for html in panels],
                "note": note_of(board, view),
                "unknown": unknown,
                "moment": moment_of(board, view, timezone.now()),
                "theme": theme,
                "styles": mark_safe(f"<style>\n{styles()}\n</style>"),
            },
        )


def without_links(html: str) -> SafeString:
    """HTML of ours, in which links lead nowhere."""
    return mark_safe(_ADDRESS.sub(r"\1", html))


def styles() -> str:
    """The style sheets in one, with the typeface in it."""
    font = base64.b64encode(_static(FONT)).decode()
    css = "\n".join(_COMMENT.sub("", _static(sheet).decode()).strip() for sheet in SHEETS)
    return _FONT_URL.sub(f"url(data:font/woff2;base64,{font})", css)


def _static(name: str) -> bytes:
    """A static file, from where it is in the repository: also where nothing has been collected."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"the static file {name} is missing")
    return Path(path).read_bytes()
