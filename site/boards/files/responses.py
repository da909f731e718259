"""What files are asked for and sent as: their themes and names, and a drawing as PNG."""

from typing import get_args
from urllib.parse import quote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from boards.files import png
from live.charts.output.canvas import Theme

THEMES: tuple[Theme, ...] = get_args(Theme)
# Until somebody whose picture could not be made should ask again.
RETRY_AFTER_SECONDS = 10
TEXT = "text/plain; charset=utf-8"
NO_PNG = gettext_noop(
    "PNG needs one more package on the server: pip install -r requirements-png.txt. SVG works without."
)
NO_PNG_NOW = gettext_noop("The picture cannot be made just now; ask again in a moment. SVG works at once.")


def theme_of(request: HttpRequest) -> Theme:
    """What the address asks for, with ``?theme=light`` or ``dark``. Raises ``BadRequest``."""
    name = request.GET.get("theme", "")
    for theme in THEMES:
        if name == theme:
            return theme
    raise BadRequest(f"A theme is light or dark, not {name[:20]!r}.")


def file_name(title: str, usual: str, ending: str) -> str:
    """The file's name for ``Content-Disposition`` (RFC 6266): the title, and for old programs its letters without
    marks; ``usual`` where that leaves nothing."""
    name = slugify(title, allow_unicode=True) or usual
    ascii_name = slugify(name.casefold()) or usual  # "ß" is "ss" there
    return f"filename=\"{ascii_name}.{ending}\"; filename*=UTF-8''{quote(name)}.{ending}"


def png_response(request: HttpRequest, svg: bytes, width: float, height: float) -> HttpResponse:
    """A drawing of this size as PNG; 501 or 503, in words, where there is none."""
    scale = png.scale_of(width, height)
    # All of the PNG follows from the SVG: whoever has it is told so before anything is converted.
    etag = f'"{png.digest(svg, scale)}"'
    response = get_conditional_response(request, etag=etag)
    try:
        response = response or HttpResponse(png.to_png(svg, scale), content_type="image/png")
    except png.MissingConverter:
        return HttpResponse(_(NO_PNG), status=501, content_type=TEXT)
    except png.Unavailable:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(_(NO_PNG_NOW), status=503, content_type=TEXT, headers=headers)
    response["ETag"] = etag
    return response
