"""A chart in Django: on a page in a `<figure>`, with a caption and what there is to say about its state; as a response.

The figure is a template, `live/figure.html`, so that a project can have its own. This module alone knows Django's
settings, templates and languages; the chart in the figure is written without them.
"""

import base64
import hashlib
from datetime import tzinfo
from functools import lru_cache
from inspect import signature
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from .chart import KINDS, Chart
from .html import safe

# Of a chart: its data stays away, a newer one could not be drawn, some of its series are missing.
STATES = ("", "empty", "stale", "error", "partial")
_TIME_OPTIONS = frozenset({"start", "times"})


@lru_cache
def _accepts(kind: str) -> tuple[str, frozenset[str]]:
    """The name of the first argument of a kind's function, and the names of its options."""
    first, *options = signature(KINDS[kind]).parameters
    return first, frozenset(options)


def make(kind: str, /, *values: Any, **options: Any) -> Chart:
    """A chart of a kind, from what its function in `live.charts` takes; the first argument may be a keyword.

    Numbers are written for the active language and times in the active zone, unless `locale` and `zone` say otherwise.
    Raises ``ValueError`` for a kind that there is not, ``TypeError`` for an option that the kind does not have.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no chart {kind!r}; there are {', '.join(sorted(KINDS))}")
    first, accepted = _accepts(kind)
    if not values and first in options:
        values = (options.pop(first),)
    if len(values) != 1:
        raise TypeError(f"a chart {kind!r} takes {first}= and options")
    if not accepted.issuperset(options):
        unknown = sorted(set(options) - accepted)
        raise TypeError(f"a chart {kind!r} has no option {unknown[0]!r}; it has {', '.join(sorted(accepted))}")
    if "locale" in accepted and "locale" not in options:
        options["locale"] = translation.get_language() or "en"
    # Only charts over time have a zone, and asking for the active one costs more than it looks.
    if "zone" in accepted and "zone" not in options and options.keys() & _TIME_OPTIONS:
        zone: tzinfo = timezone.get_current_timezone()
        options.setdefault("zone", zone)
    return KINDS[kind](*values, **options)


def figure(
    kind: str,
    /,
    *values: Any,
    title: str = "",
    caption: str = "",
    state: str = "",
    note: str = "",
    id: str = "",
    **options: Any,
) -> SafeString:
    """A whole `<figure>`: a chart of a kind (see `make`) with its caption.

    `title` and `caption` stand above it. `state` is "stale", "error" or "partial" where something is wrong, and `note`
    says what, in words. `id` is for a page without fragments: a fragment's id is the engine's. Raises what `make`
    raises, and ``ValueError`` for a state that there is not.
    """
    if state not in STATES:
        raise ValueError(f"a chart is never {state!r}; it can be {', '.join(filter(None, STATES))}")
    language = translation.get_language() or ""  # asked for once: it costs as much as five dots
    if kind in KINDS:
        accepted = _accepts(kind)[1]
        if "title" in accepted:
            options["title"] = title
        if "locale" in accepted:
            options.setdefault("locale", language or "en")
    return _framed(make(kind, *values, **options), language, title, caption, state, note, id)


def figure_of(
    chart: Chart, *, title: str = "", caption: str = "", state: str = "", note: str = "", id: str = ""
) -> SafeString:
    """A chart that is already made, in its `<figure>`."""
    return _framed(chart, translation.get_language() or "", title, caption, state, note, id)


def _framed(chart: Chart, language: str, title: str, caption: str, state: str, note: str, id: str) -> SafeString:
    level = chart.level if state != "stale" else ""
    badge = chart.badge if level else ""
    words = (str(title), str(caption), state, str(note), id)
    before, after = _around(chart.kind, level, badge, *words, language, settings.DEBUG)
    return safe(f"{before}{chart}{after}")


CHART_MARK = "<!--chart-->"


@lru_cache(maxsize=1024)
def _around(
    kind: str,
    level: str,
    badge: str,
    title: str,
    caption: str,
    state: str,
    note: str,
    id: str,
    language: str,
    debug: bool,
) -> tuple[str, str]:
    """The HTML before and after a chart; `badge` is HTML.

    Words change seldom and values often: the template is rendered once for each set of words, and so may depend on
    nothing else.
    """
    context = {"kind": kind, "title": title, "caption": caption, "state": state, "note": note, "id": id}
    context |= {"level": level, "badge": safe(badge)}
    html = get_template("live/figure.html").render(context | {"chart": safe(CHART_MARK)})
    before, mark, after = html.partition(CHART_MARK)
    if not mark:
        raise ValueError("the template live/figure.html does not show {{ chart }}")
    return before, after


def svg_response(svg: str) -> HttpResponse:
    """Return a response with a stand-alone SVG.

    Opened by itself it is a document, from which a site's content security policy would take the dark colours. So it
    has a policy of its own: nothing but the one style that is in it.
    """
    response = HttpResponse(svg, content_type="image/svg+xml")
    style = svg.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    response["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return response
