"""A chart in the frame that a page gives it: a `<figure>` with a caption, and what there is to say about its state.

The frame is a template, `live/figure.html`, so that a project can have its own; the chart in it is `live.charts`'.
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
from django.utils.safestring import SafeString, mark_safe

from live import charts
from live.charts import Chart

# What a chart may be said to be: its data stays away, a newer one could not be drawn, some of its series are missing.
STATES = ("", "empty", "stale", "error", "partial")
_OVER_TIME = frozenset({"start", "times"})


@lru_cache
def _accepts(kind: str) -> tuple[str, frozenset[str]]:
    """The name of the first argument of a kind's function, and the names of its options."""
    first, *options = signature(charts.KINDS[kind]).parameters
    return first, frozenset(options)


def make(kind: str, /, *values: Any, **options: Any) -> Chart:
    """A chart of a kind, from what its function in `live.charts` takes; the first argument may be given by its name.

    Numbers are written for the active language and times in the active zone, unless `locale` and `zone` say otherwise.
    Raises ``ValueError`` for a kind that there is not, ``TypeError`` for an option that the kind does not have.
    """
    if kind not in charts.KINDS:
        raise ValueError(f"there is no chart {kind!r}; there are {', '.join(sorted(charts.KINDS))}")
    first, accepted = _accepts(kind)
    if not values and first in options:
        values = (options.pop(first),)
    if len(values) != 1:
        raise TypeError(f"a chart {kind!r} takes {first}= and options")
    if not accepted.issuperset(options):
        unknown = sorted(set(options) - accepted)
        raise TypeError(f"a chart {kind!r} has no option {unknown[0]!r}; it has {', '.join(sorted(accepted))}")
    if "locale" in accepted:
        options.setdefault("locale", translation.get_language() or "en")
    # Only what lies over time has a zone, and asking for the active one costs more than it looks.
    if "zone" in accepted and "zone" not in options and options.keys() & _OVER_TIME:
        zone: tzinfo = timezone.get_current_timezone()
        options.setdefault("zone", zone)
    return charts.KINDS[kind](*values, **options)


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
    if kind in charts.KINDS and "title" in _accepts(kind)[1]:
        options["title"] = title
    return framed(make(kind, *values, **options), title=title, caption=caption, state=state, note=note, id=id)


def framed(
    chart: Chart, *, title: str = "", caption: str = "", state: str = "", note: str = "", id: str = ""
) -> SafeString:
    """A chart that is already made, in its `<figure>`."""
    language = translation.get_language() or ""
    before, after = _frame(chart.kind, str(title), str(caption), state, str(note), id, language, settings.DEBUG)
    return mark_safe(f"{before}{chart}{after}")


HERE = "<!--chart-->"


@lru_cache(maxsize=1024)
def _frame(
    kind: str, title: str, caption: str, state: str, note: str, id: str, language: str, debug: bool
) -> tuple[str, str]:
    """What stands before and after a chart.

    Words change seldom and values often: the template is rendered once for each set of words, and so may depend on
    nothing else.
    """
    context = {"kind": kind, "title": title, "caption": caption, "state": state, "note": note, "id": id}
    before, found, after = get_template("live/figure.html").render(context | {"chart": mark_safe(HERE)}).partition(HERE)
    if not found:
        raise ValueError("the template live/figure.html does not show {{ chart }}")
    return before, after


def picture(svg: str) -> HttpResponse:
    """An answer with a stand-alone SVG.

    Opened by itself it is a document, from which a site's content security policy would take the dark colours. So it
    has a policy of its own: nothing but the one style that is in it.
    """
    response = HttpResponse(svg, content_type="image/svg+xml")
    style = svg.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    response["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return response
