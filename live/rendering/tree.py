"""Renderings put together: a fragment with everything that it nests, as HTML for a page or for a swap."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from live.keys import FragmentError, Key, RenderingId, Value
from live.rendering.context import current_context, values_of
from live.rendering.loads import Loads
from live.rendering.markup import TABLE_PARTS
from live.rendering.render import SLOT, render, render_or_failure
from live.rendering.rendered import Rendered, Renderings
from live.rendering.seals import seal
from live.rendering.strict import is_strict


def render_tree(
    keys: Iterable[Key],
    *,
    is_known: Callable[[RenderingId], bool] = lambda id: False,
    render_one: Callable[[Key, Loads], Rendered] = render,
    loads: Loads | None = None,
) -> Renderings:
    """Render these and, recursively, what they nest; what is nested and known already is left out.

    What is on the same level is loaded together, as far as it has a ``load_many``.
    """
    renderings: Renderings = {}
    loads = loads or Loads()
    level = {key.id: key for key in keys}
    while level:
        loads.expect(level.values())
        nested: dict[RenderingId, Key] = {}
        for id, key in level.items():
            renderings[id] = render_one(key, loads)
            nested |= {child.id: child for child in renderings[id].children}
        level = {id: child for id, child in nested.items() if id not in renderings and not is_known(id)}
    if any(rendered.children for rendered in renderings.values()):
        _check_circles(renderings)
    return renderings


def _check_circles(renderings: Renderings) -> None:
    """``FragmentError`` for a fragment that contains itself: it could never be put together."""
    done: set[RenderingId] = set()

    def visit(id: RenderingId, path: tuple[RenderingId, ...]) -> None:
        if id in path:
            raise FragmentError(f"{renderings[id].key} contains itself")
        if id in renderings and id not in done:
            for child in renderings[id].children:
                visit(child.id, (*path, id))
            done.add(id)

    for id in renderings:
        visit(id, ())


def render_page_tree(keys: Iterable[Key]) -> Renderings:
    """``render_tree`` for a page or a response: an error is raised where the developer sees it, else shown in place."""
    return render_tree(keys, render_one=render if is_strict() else _robustly)


def _robustly(key: Key, loads: Loads) -> Rendered:
    return render_or_failure(key, loads=loads)


def to_html(
    rendered: Rendered, renderings: Mapping[RenderingId, Rendered], *, swap: bool = False, entry: str = ""
) -> SafeString:
    """The whole element, its slots filled from ``renderings``; with ``swap`` as it goes into a frame, and with the
    signed ``entry`` where it comes to a page by htmx."""
    html = rendered.html
    if rendered.children:
        children: dict[str, RenderingId] = {child.element: child.id for child in rendered.children}
        html = SLOT.sub(lambda match: to_html(renderings[children[match[1]]], renderings), html)
    id = rendered.key.element
    mark = f' data-out-of-date="{escape(rendered.out_of_date)}"' if rendered.out_of_date else ""
    signed = f' data-entry="{entry}"' if entry else ""
    # The parser drops a row that is in no table, and takes it in a template: focus.js takes it out there.
    in_template = swap and rendered.tag in TABLE_PARTS
    oob = " hx-swap-oob=true" if swap and not in_template else ""
    element = (
        f'<{rendered.tag} id="{id}"{oob} data-version="{rendered.version}" data-seal="{seal(id)}"{signed}{mark}{html}'
    )
    return mark_safe(f'<template hx-swap-oob="outerHTML:#{id}">{element}</template>' if in_template else element)


def html_of(*keys: Key, **context: Value) -> SafeString:
    """These fragments as they are now, ready to be swapped in: for a response to one page, beside its own HTML.

    They are in the language and time zone of the request. ``context`` is what ``live_context`` says on the page, where
    the page's own htmx has not sent the request, which says so: ``html_of(row.key(pk=1), tenant=request.tenant.pk)``.
    The key of a fragment that differs per audience needs one: ``key(..., audience=...)`` or ``access.audience_of``.
    """
    around = current_context(values_of(context) if context else None)
    keys = tuple(key.within(around) for key in keys)
    renderings = render_page_tree(keys)
    return mark_safe("".join(to_html(renderings[key.id], renderings, swap=True) for key in keys))
