"""The gallery: a page that anybody may see, the same for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from gallery.sections import SECTIONS, board, example
from live.charts.output.figure import svg_response

THEMES = ("light", "dark")
MAX_AGE_SECONDS = 300  # after that a browser asks whether it has changed


@require_safe
@conditional_page
def page(request: HttpRequest) -> HttpResponse:
    """Every kind, option and state; ``?theme=light`` or ``dark``, otherwise as the reader's system has it."""
    theme = request.GET.get("theme", "")
    context = {
        "theme": theme if theme in THEMES else "",
        "themes": THEMES,
        "board": board(),
        "sections": SECTIONS,
    }
    response = render(request, "gallery/page.html", context)
    # Its bar names who is signed in.
    own = request.user.is_authenticated
    patch_cache_control(
        response, **({"private": True} if own else {"public": True}), max_age=0 if own else MAX_AGE_SECONDS
    )
    return response


@require_safe
@conditional_page
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The first chart of an example as an SVG file."""
    shown = example(slug)
    return _file(shown.picture if shown else "", slug)


@require_safe
@conditional_page
def thumbnail(request: HttpRequest, slug: str) -> HttpResponse:
    """The same, small, by the name of a kind: for whoever chooses one."""
    shown = example(slug) or example(f"board-{slug}")
    return _file(shown.thumbnail if shown else "", slug)


def _file(svg: str, slug: str) -> HttpResponse:
    if not svg:
        raise Http404(f"there is no picture {slug!r}")
    response = svg_response(svg)
    patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
    return response
