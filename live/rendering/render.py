"""The one way to make HTML: render a fragment, and give it a version.

First paint, push, resync and the answer to a form all come here. What is rendered is a fragment's *own* HTML, in
which a nested fragment is a slot. So a parent's version does not depend on its children's HTML, a changed child is
sent alone, and a parent that is sent is filled with its children as they are now.
"""

import base64
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from live import metrics
from live.database_threads import retrying
from live.fragments import Fragment, FragmentError, Key
from live.rendering import markup

logger = logging.getLogger(__name__)

# A comment cannot come from data: templates escape "<".
SLOT = re.compile(r"<!--live:([\w@-]+)-->")
# The keys that the fragment being rendered has nested; None while no fragment is being rendered.
_nested: ContextVar[dict[str, Key] | None] = ContextVar("live_nested", default=None)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A fragment's own HTML and what follows from it.

    ``html`` is everything after ``<tag``, with slots. ``next_change`` is when it will look different by the clock
    alone, in seconds since the epoch. ``failed`` says that it is the last good one, and that a newer one failed.
    """

    key: Key
    tag: str
    html: str
    version: str
    children: tuple[Key, ...] = ()
    next_change: float | None = None
    failed: bool = False


def slot(key: Key) -> SafeString | None:
    """The place of a nested fragment in the HTML being rendered, or None where no fragment is being rendered."""
    nested = _nested.get()
    if nested is None:
        return None
    if any(key.element == other.element for other in nested.values()):
        raise FragmentError(f"{key} is there twice; one key is one element on a page")
    nested[key.id] = key
    return mark_safe(f"<!--live:{key.id}-->")


def render(key: Key) -> Rendered:
    """Render one fragment from the database. Raises what its function and template raise, and ``FragmentError``."""
    declared = Fragment.named(key.name)
    metrics.renders.labels(key.name).inc()
    nested: dict[str, Key] = {}
    read: list[str] = []
    token = _nested.set(nested)
    try:
        # The same for all: not in the language or time zone of whoever's request happens to render it first.
        with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
            nobodies = {name: _Nobody(key, name, read) for name in ("request", "user", "perms")}
            context = nobodies | dict(declared.context(key))
            html = get_template(declared.template).render(context)
    finally:
        _nested.reset(token)
    if read:
        raise FragmentError(read[0])
    if sorted(SLOT.findall(html)) != sorted(nested):
        raise FragmentError(
            f"{key}: what it nests is not what is in its HTML; is a {{% live %}} inside a {{% cache %}}?"
        )
    if strict():
        markup.check(html, str(key))
    moment = context.get("next_change")
    if moment is not None and not (isinstance(moment, datetime) and moment.tzinfo):
        raise FragmentError(f"{key}: next_change is {moment!r}; it must be an aware datetime")
    return _finish(key, html, tuple(nested.values()), moment.timestamp() if moment else None)


def render_or_say(key: Key, last: Rendered | None = None) -> Rendered:
    """Render, and where that fails say so in the fragment's place: the reader must not take the old for the new.

    What no longer exists is replaced by words that say so. What failed keeps its last good HTML, marked as failed.
    """
    with translation.override(settings.LANGUAGE_CODE):
        try:
            return retrying(render, key)
        except (ObjectDoesNotExist, Http404):
            return _finish(key, render_to_string("live/gone.html"))
        except Exception:
            metrics.render_failures.labels(key.name).inc()
            logger.exception("%s could not be rendered", key)
            if last is not None:
                return last if last.failed else replace(last, version=f"{last.version}!", failed=True)
            return replace(_finish(key, render_to_string("live/failed.html")), failed=True)


def render_tree(
    keys: Iterable[Key], *, known: Callable[[str], bool] = lambda id: False, one: Callable[[Key], Rendered] = render
) -> dict[str, Rendered]:
    """Render these and, recursively, what they nest, by id; what is nested and ``known`` is left out."""
    done: dict[str, Rendered] = {}

    def visit(key: Key, path: tuple[str, ...], *, again: bool) -> None:
        if key.id in path:
            raise FragmentError(f"{key} contains itself")
        if key.id in done or (not again and known(key.id)):
            return
        done[key.id] = one(key)
        for child in done[key.id].children:
            visit(child, (*path, key.id), again=False)

    for key in keys:
        visit(key, (), again=True)
    return done


def to_html(rendered: Rendered, renders: Mapping[str, Rendered], *, swap: bool = False) -> SafeString:
    """The whole element, its slots filled from ``renders``; with ``swap`` as it goes into a frame."""
    filled = (
        SLOT.sub(lambda match: to_html(renders[match[1]], renders), rendered.html)
        if rendered.children
        else rendered.html
    )
    id = rendered.key.element
    return mark_safe(
        f'<{rendered.tag} id="{id}"{" hx-swap-oob=true" if swap else ""} data-version="{rendered.version}"'
        f' data-seal="{seal(id)}"{" data-failed" if rendered.failed else ""}{filled}'
    )


def html_of(*keys: Key) -> SafeString:
    """These fragments as they are now, ready to be swapped in: for an HTTP answer to one page, beside its own HTML.

    The key of a fragment that differs per audience needs one: ``key(..., audience=...)`` or ``access.audience_of``.
    """
    renders = render_tree(keys, one=render if strict() else render_or_say)
    return mark_safe("".join(to_html(renders[key.id], renders, swap=True) for key in keys))


def seal(id: str) -> str:
    """Proof that this server has put the fragment on some page. A page may report only what it was given."""
    return _seal(id, settings.SECRET_KEY)


def sealed(id: str, given: str) -> bool:
    """Whether ``given`` is the seal of ``id``, by this secret or one that was rotated out of use."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_seal(id, str(secret)).encode(), given.encode()) for secret in secrets)


def _seal(id: str, secret: str) -> str:
    return _text(hmac.digest(_key(secret), id.encode(), "sha256")[:9])


@lru_cache
def _key(secret: str) -> bytes:
    return hashlib.blake2b(f"live.seal:{secret}".encode()).digest()


def strict() -> bool:
    """Whether a fault of a fragment is raised where the developer sees it, and its HTML is looked at wholly."""
    return getattr(settings, "LIVE_STRICT", settings.DEBUG)


def _finish(key: Key, html: str, children: tuple[Key, ...] = (), next_change: float | None = None) -> Rendered:
    tag, rest = markup.split_root(html, str(key))
    version = _text(hashlib.blake2b(f"{tag} {rest}".encode(), digest_size=9).digest())
    return Rendered(key, tag, rest, version, children, next_change)


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode()


class _Nobody:
    """Stands for the request and the user in a fragment: one HTML serves all viewers, so reading them is a fault."""

    def __init__(self, key: Key, name: str, read: list[str]) -> None:
        self._said, self._read = f"{key} reads {name!r}: a fragment is rendered once for all, with no request", read

    def __call__(self) -> NoReturn:  # templates ask whatever can be called for an attribute first
        raise FragmentError(self._said)

    def __getattr__(self, name: str) -> NoReturn:
        # Noted as well as raised: {% if %} takes an exception inside its operators for False.
        self._read.append(self._said)
        raise FragmentError(self._said)
