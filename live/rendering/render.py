"""Render one fragment, and give it a version.

First paint, push, resync and the response to a form all come here. What is rendered is a fragment's *own* HTML, in
which a nested fragment is a slot. So a parent's version does not depend on its children's HTML, a changed child is
sent alone, and a parent that is sent is filled with its children as they are now.
"""

import logging
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import TextNode
from django.template.loader import get_template, render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from live import metrics
from live.database_threads import is_away, retrying
from live.fragments import Fragment
from live.keys import ElementId, FragmentError, Key
from live.limited_log import LimitedLog
from live.lists import LiveList
from live.moments import to_aware
from live.rendering import markup
from live.rendering.context import active, current_context, default_context, direction_of, localized
from live.rendering.loads import MISSING, Loads
from live.rendering.orders import MARKER, orders, version_of
from live.rendering.rendered import LAZY, LIST_TAG, Rendered
from live.rendering.seals import short_text
from live.rendering.slots import fill, slot_of, slots_in
from live.rendering.strict import is_strict
from live.rendering.unreadable import unreadable

logger = logging.getLogger(__name__)
# One that fails for good does so at every sweep, with each of its keys.
limited_log = LimitedLog(logger)

# Why something stands where a fragment would: it is not there any more, an error is the reason, it may not be seen, or
# nobody has come near it yet.
Why = Literal["gone", "failed", "withheld", "lazy"]
# Called with what was rendered, in the thread that did it. Tests are.
listeners: list[Callable[[Rendered], None]] = []

# The fragment being rendered, and the keys that it has nested, by element; None while none is being rendered.
_rendering: ContextVar[tuple[Key, dict[ElementId, Key]] | None] = ContextVar("live_rendering", default=None)


def is_rendering() -> bool:
    """Whether a fragment is being rendered here."""
    return _rendering.get() is not None


def rendered_key() -> Key | None:
    """That of the fragment that is being rendered here; None where none is."""
    rendering = _rendering.get()
    return rendering[0] if rendering else None


def slot(key: Key) -> SafeString | None:
    """The place of a nested fragment in the HTML being rendered, or None where no fragment is being rendered."""
    rendering = _rendering.get()
    if rendering is None:
        return None
    parent, nested = rendering
    # As the page, unless the template has another language or zone just here.
    key = key.within(current_context(parent.context.values if parent.context else ()))
    if parent.at:  # what it nests is on the page again, too
        key = key.named_at(key.at + parent.at)
    if key.element in nested:
        raise FragmentError(f'{key} is there twice; name the other one: {{% live ... at="footer" %}}')
    nested[key.element] = key
    return mark_safe(slot_of(key.element))


def render(key: Key, loads: Loads | None = None) -> Rendered:
    """Render one fragment from the database. ``loads`` is what was, or is to be, read for those rendered with it.

    Raises what its function, its ``load_many`` and its template raise, and ``FragmentError``.
    """
    declared, read_at = Fragment.named(key.name), time.time()
    metrics.renders.labels(key.name).inc()
    nested: dict[ElementId, Key] = {}
    errors: list[str] = []
    token, began = _rendering.set((key, nested)), time.perf_counter()
    try:
        # As its pages are, and not as whoever's request happens to render it first.
        with active(key.context):
            loaded = (loads or Loads()).of(key)
            if isinstance(declared, LiveList):
                context, html = {}, MARKER + "".join(map(str, map(slot, declared.items(key))))
            else:
                context = unreadable(key, errors) | dict(declared.context(key, *loaded))
                html = get_template(declared.template).render(context)
        metrics.render_seconds.labels(key.name).observe(time.perf_counter() - began)
    finally:
        _rendering.reset(token)
    if errors:
        raise FragmentError(errors[0])
    if sorted(slots_in(html)) != sorted(nested):
        raise FragmentError(
            f"{key}: what it nests is not what is in its HTML; is a {{% live %}} inside a {{% cache %}}?"
        )
    if is_strict():
        tags = {element: _root_tag(Fragment.named(child.name)) for element, child in nested.items()}
        markup.check(fill(html, lambda element: markup.nested_as(tags[element] or "")), str(key))
    moment = context.get("next_change")
    if moment is not None and not (isinstance(moment, datetime) and (moment.tzinfo or not settings.USE_TZ)):
        raise FragmentError(f"{key}: next_change is {moment!r}; it must be an aware datetime")
    next_change = to_aware(moment).timestamp() if moment else None
    rendered = _finish(key, html, tuple(nested.values()), next_change, read_at, declared.interval_seconds)
    if rendered.is_list:
        orders.remember(rendered)
    for listener in tuple(listeners):
        listener(rendered)
    return rendered


def render_or_failure(key: Key, last: Rendered | None = None, loads: Loads | None = None) -> Rendered:
    """Render, and where that fails show so in the fragment's place: the reader must not take the old for the new.

    What no longer exists is replaced by words that say so. What failed keeps its last good HTML, marked as out of date.
    """
    loads = loads or Loads()
    try:
        loads.read(key)
        loads.of(key)  # what that has raised is not tried again for each of them
        return retrying(render, key, loads)
    except MISSING:
        return placeholder(key, "gone")
    except Exception as error:
        metrics.render_failures.labels(key.name).inc()
        # That the database is away has been said once, for all fragments and all their attempts.
        if not is_away(error) and (more := limited_log.next((key.name, type(error).__name__))) is not None:
            logger.exception("%s could not be rendered%s", key, more)
        return placeholder(key, "failed") if last is None else out_of_date(last)


def placeholder(key: Key, why: Why) -> Rendered:
    """Words that stand where a fragment would; an item of a list of which there is nothing to be said is hidden."""
    declared = Fragment.named(key.name)
    tag = _root_tag(declared)
    with localized(key.context):
        html = markup.in_root(render_to_string(f"live/{why}.html"), tag)
    if isinstance(declared, LiveList):
        html = MARKER + html
    elif declared.is_item and why != "failed":
        html = f"<{tag or 'div'} hidden></{tag or 'div'}>"
    return replace(_finish(key, html), failed=why == "failed")


def lazy_placeholder(key: Key) -> Rendered:
    """An empty element of its kind, until it comes near the window."""
    made = placeholder(key, "lazy")
    return replace(made, version=LAZY, html=f" data-live-lazy{made.html}")


def _root_tag(declared: Fragment) -> str | None:
    """The tag with which a fragment's template begins; None where that is not to be seen in it."""
    try:
        template: Any = get_template(declared.template)
    except (TemplateDoesNotExist, TemplateSyntaxError):  # why it failed
        return None
    match = markup.ROOT.match(next(filter(None, map(str.strip, _texts(template.template))), ""))
    return match[1].lower() if match else None


def _texts(template: Any) -> Iterable[str]:
    """What a template of Django's or of Jinja2 has in it as it is."""
    if hasattr(template, "nodelist"):
        return (node.s for node in template.nodelist if isinstance(node, TextNode))
    environment = getattr(template, "environment", None)
    if environment is None or environment.loader is None:
        return ()
    source, *_ = environment.loader.get_source(environment, template.name)
    return (text for _, kind, text in environment.lex(source) if kind == "data")


def out_of_date(rendered: Rendered) -> Rendered:
    """The last good one, with words for the person that say of when it is."""
    with localized(rendered.key.context):
        moment = timezone.localtime(datetime.fromtimestamp(rendered.read_at, UTC))
        day, clock = formats.date_format(moment, "MONTH_DAY_FORMAT"), formats.date_format(moment, "H:i:s T")
        return rendered.marked(_("Out of date: as of %(day)s, %(time)s") % {"day": day, "time": clock})


def _finish(
    key: Key,
    html: str,
    children: tuple[Key, ...] = (),
    next_change: float | None = None,
    read_at: float = 0.0,
    interval_seconds: float = 0.0,
) -> Rendered:
    if html.startswith(MARKER):
        tag, rest = LIST_TAG, html.removeprefix(f"<{LIST_TAG}")
    else:
        tag, rest = markup.split_root(html, key)
        language = (key.context or default_context()).language
        rest = markup.with_language(rest, language, direction_of(language))
    version = short_text(version_of(f"{tag} {rest}").digest())
    return Rendered(
        key,
        tag,
        rest,
        version,
        children,
        next_change,
        interval_seconds=interval_seconds,
        read_at=read_at or time.time(),
    )
