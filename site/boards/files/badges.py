"""A panel as a badge: its title and what it says at the moment on one line, for a README, a wiki, another site."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from boards.display.users import with_display_links
from boards.lookup import panel_for
from boards.models import Panel
from boards.newest_values import figures_of, sources_of
from boards.stored import StoredBoard
from boards.views import view_of
from live.charts.output.canvas import Canvas, width_of
from live.charts.output.figure import svg_response

# In pixels.
HEIGHT, BASELINE, SIZE, PADDING, RADIUS = 20.0, 14.0, 11.0, 6.0, 3.0
MAX_FIGURES, MAX_CHARACTERS = 3, 60


class Badge(NamedTuple):
    """``level`` is a token of the palette."""

    title: str
    text: str
    level: str


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_cookie
@conditional_page
@with_display_links
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel's badge as an SVG. It is asked for again each time, as pictures of panels are."""
    panel = panel_for(request.user, pk=pk)
    with translation.override(settings.LANGUAGE_CODE):
        return svg_response(svg_of(badge_of(panel, view_of(request, panel.board).values)))


def badge_of(panel: Panel, values: str) -> Badge:
    """What a panel says now; ``values``: of the board's variables."""
    rows = list(panel.lines.select_related("series__latest"))
    sources, _broken = sources_of(StoredBoard(panel.board, [panel], {panel.pk: rows} if rows else {}), values)
    panels, _unreadable = figures_of(sources)
    figures = panels[0].figures() if panels else []
    if not figures:
        return Badge(panel.title, _("no data"), "off")
    words = [figure.text if len(figures) == 1 else f"{figure.label} {figure.text}" for figure in figures[:MAX_FIGURES]]
    if len(figures) > MAX_FIGURES:
        words.append("…")
    if all(figure.is_late for figure in figures):
        return Badge(panel.title, " · ".join([*words, _("late")]), "off")
    return Badge(panel.title, " · ".join(words), panels[0].level or "accent")


def svg_of(badge: Badge) -> str:
    """The title, and what it says on the colour of its level."""
    title, text = (words[:MAX_CHARACTERS] for words in (badge.title, badge.text))
    left, right = (width_of(words, SIZE, 600) + 2 * PADDING for words in (title, text))
    canvas = Canvas(left + right, HEIGHT)
    canvas.rect(0, 0, left + right, HEIGHT, "ink", radius=RADIUS)
    canvas.rect(left, 0, right, HEIGHT, badge.level, radius=RADIUS)
    canvas.rect(left, 0, RADIUS, HEIGHT, badge.level)
    for x, words in ((PADDING, title), (left + PADDING, text)):
        canvas.text(x, BASELINE, words, size=SIZE, weight=600, token="surface")
    return canvas.svg(f"{badge.title}: {badge.text}")
