"""Renderings put together: a fragment with everything that it nests, as HTML for a page or for a swap."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from live.keys import FragmentError, Key, RenderingId, Value
from live.rendering.context import current_context, values_of
from live.rendering.loads import Loads
from live.rendering.markup import TABLE_PARTS
from live.rendering.moves import difference
from live.rendering.orders import Order
from live.rendering.render import render, render_or_failure
from live.rendering.rendered import LIST_TAG, Rendered, Renderings
from live.rendering.seals import seal
from live.rendering.slots import fill
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
    signed ``entry`` where it comes to a page by htmx. A list is its element with its items behind it."""
    html = rendered.html
    if rendered.children:
        children = {child.element: child.id for child in rendered.children}
        html = fill(html, lambda element: to_html(renderings[children[element]], renderings))
    if not swap:
        return mark_safe(_element(rendered, html, signed=f' data-entry="{entry}"' if entry else ""))
    if rendered.is_list:
        return mark_safe(_whole_list(rendered, html))
    if rendered.tag in TABLE_PARTS:
        return mark_safe(_swap(f"outerHTML:#{rendered.key.element}", _element(rendered, html)))
    return mark_safe(_element(rendered, html, " hx-swap-oob=true"))


def list_changes(
    rendered: Rendered, order: Order, version: str, renderings: Mapping[RenderingId, Rendered]
) -> SafeString:
    """What makes of a list in that order, and with that version on the page, the newest one: as it goes into a frame.

    Where the page does not show that version, nothing of it finds its target.
    """
    items = {child.element: child for child in rendered.children}
    steps = difference(order, tuple(items))
    marker = f"#{rendered.key.element}[data-version='{version}']"
    parts = [_swap(f"delete:{marker}~#{item}") for item in steps.gone]
    for run in steps.runs:
        after = marker if run.after is None else f"{marker}~#{run.after}"
        moved = (f'<template data-live-moved="{item}"></template>' for item in run.items)
        html = (
            stub if item in steps.moved else to_html(renderings[items[item].id], renderings)
            for item, stub in zip(run.items, moved, strict=True)
        )
        parts.append(_swap(f"afterend:{after}", "".join(html)))
    parts.append(_swap(f"outerHTML:{marker}", _element(rendered, _END)))
    return mark_safe("".join(parts))


# What follows the tag and the attributes of a list's element.
_END = f"></{LIST_TAG}>"


def _whole_list(rendered: Rendered, html: str) -> str:
    marker = f"#{rendered.key.element}"
    # Whatever stands behind it goes. What is looked for is there, for htmx takes it for an error where it is not.
    goes = _swap(f"afterend:{marker}", "<template></template>") + _swap(f"delete:{marker}~*")
    comes = _swap(f"afterend:{marker}", items) if (items := html.removeprefix(_END)) else ""
    return goes + comes + _swap(f"outerHTML:{marker}", _element(rendered, _END))


def _element(rendered: Rendered, html: str, oob: str = "", signed: str = "") -> str:
    id = rendered.key.element
    mark = f' data-out-of-date="{escape(rendered.out_of_date)}"' if rendered.out_of_date else ""
    versions = f'data-version="{rendered.version}" data-seal="{seal(id)}"'
    return f'<{rendered.tag} id="{id}"{oob} {versions}{signed}{mark}{html}'


def _swap(how: str, html: str = "") -> str:
    """A swap of what may be a row: the parser drops one that is in no table, and takes it in a template. lists.js takes
    it out there."""
    return f'<template hx-swap-oob="{how}">{html}</template>'


def html_of(*keys: Key, **context: Value) -> SafeString:
    """These fragments as they are now, ready to be swapped in: for a response to one page, beside its own HTML.

    They are in the language and time zone of the request. ``context`` is what ``live_context`` says on the page, where
    the page's own htmx has not sent the request, which says so: ``html_of(row.key(pk=1), tenant=request.tenant.pk)``.
    The key of a fragment that differs per audience needs one: ``key(..., audience=...)`` or ``access.audience_of``.
    """
    if wrong := [key for key in keys if not isinstance(key, Key)]:
        raise FragmentError(f"html_of takes keys, as html_of(row.key(pk=1)), and not {wrong[0]!r}")
    around = current_context(values_of(context) if context else None)
    keys = tuple(key.within(around) for key in keys)
    renderings = render_page_tree(keys)
    return mark_safe("".join(to_html(renderings[key.id], renderings, swap=True) for key in keys))
