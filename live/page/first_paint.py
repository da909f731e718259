"""A page's fragments as its user gets them with it. Those that can be read together are, wherever they are on it.

    {% for order in orders %}{% live "shop.row" pk=order.pk %}{% endfor %}

A template knows of one at a time. So where a fragment has a ``load_many`` or a ``visible_to_many``, its tag leaves a
slot, and when the template has been rendered all slots are filled at once: still inside of the view's ``render()``,
so that whatever is raised is raised there.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.template.backends.django import Template
from django.utils.safestring import SafeString, mark_safe

from live.fragments import Fragment
from live.keys import ElementId, FragmentError, Key
from live.page.identity import User
from live.page.page import Page
from live.page.token import sign_entry
from live.page.visibility import withheld_from
from live.rendering.context import around
from live.rendering.once import making_page
from live.rendering.render import is_rendering, lazy_placeholder, placeholder
from live.rendering.rendered import closure
from live.rendering.slots import fill, slot_of
from live.rendering.strict import is_strict
from live.rendering.tree import render_page_tree, to_html

# What one template has left slots for: all of one page.
_waiting: ContextVar[list[tuple[User, Page, Key]] | None] = ContextVar("live_waiting", default=None)


def put(user: User, page: Page, key: Key, *, required: bool = False, lazy: bool = False) -> SafeString:
    """The HTML of a fragment of that page, or the slot for it; ``lazy``: a placeholder, to be rendered when it is near.

    Raises, here or when the slot is filled, ``PermissionDenied`` if the user may not see it or anything in it, what
    its rendering raises where it is strict, and ``FragmentError``.
    """
    page.add(key, required=required)
    if lazy:
        page.is_lazy = True
        return _put_off(user, page, key)
    waiting = _waiting.get()
    if waiting is None or not Fragment.named(key.name).is_batched or (waiting and waiting[0][1] is not page):
        return paint(user, page, [key])[key.element]
    waiting.append((user, page, key))
    return mark_safe(slot_of(key.element))


def _put_off(user: User, page: Page, key: Key) -> SafeString:
    """What stands in for it until it is near the window. Whether the user may see it is asked now."""
    why = withheld_from(user, [key], raises=is_strict()).get(key)
    if why == "withheld":
        raise PermissionDenied(f"{key} is not to be seen by {user}")
    made = placeholder(key, why) if why else lazy_placeholder(key)
    return to_html(made, {}, entry=sign_entry(page, key) if page.is_part else "")


def paint(user: User, page: Page, keys: Iterable[Key]) -> dict[ElementId, SafeString]:
    """The HTML of these fragments, which have been added to the page, with all that they nest."""
    keys = list(keys)
    with around(keys[0].context):
        renderings = render_page_tree(keys)
        withheld = withheld_from(user, (rendered.key for rendered in renderings.values()), raises=is_strict())
    for forbidden, why in withheld.items():
        if why == "withheld" and (forbidden in keys or not Fragment.named(forbidden.name).is_item):
            raise PermissionDenied(f"{forbidden} is not to be seen by {user}")
        renderings[forbidden.id] = placeholder(forbidden, why)
    has_lists = any(rendered.is_list for rendered in renderings.values())
    for key in keys:
        nested = closure(renderings[key.id].children, renderings.get).values()
        # An item that just goes from one list to another may be in both.
        page.add_nested(one for one in nested if not (has_lists and one.element in page.elements))
    entries = {key: sign_entry(page, key) if page.is_part else "" for key in keys}
    return {key.element: to_html(renderings[key.id], renderings, entry=entry) for key, entry in entries.items()}


def _fill(html: str, waiting: list[tuple[User, Page, Key]]) -> SafeString:
    """The template's HTML, with what was waiting. ``FragmentError`` for a slot that nothing waits for."""
    painted = paint(*waiting[0][:2], [key for _, _, key in waiting]) if waiting else {}
    try:
        return mark_safe(fill(html, painted.__getitem__))
    except KeyError as error:
        raise FragmentError(
            f"{error.args[0]} is in the page's HTML, and no {{% live %}} has put it there; is one in a {{% cache %}}?"
        ) from None


def fill_slots(template: type[Any] = Template) -> None:
    """Have every template of a backend, by default Django's, filled when it has been rendered: called at the start."""
    if not hasattr(template.render, "__wrapped__"):
        template.render = _filled(template.render)


def _filled(render: Callable[..., str]) -> Callable[..., str]:
    @wraps(render)
    def render_and_fill(*args: Any, **kwargs: Any) -> str:
        if is_rendering():  # a fragment, whose slots are its own
            return render(*args, **kwargs)
        waiting: list[tuple[User, Page, Key]] = []
        with making_page():
            token = _waiting.set(waiting)
            try:
                html = render(*args, **kwargs)
            finally:
                _waiting.reset(token)
            return _fill(html, waiting) if waiting or "<!--live:" in html else html

    return render_and_fill
