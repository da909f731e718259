"""What a page may ask for: its fragments and feeds, signed.

The token travels in the page and comes back over the socket. It says which fragments the page was made of and for
whom, so a socket can never watch what its page did not show. It does not age: a wall screen is open for months, and
who may see a fragment is asked again anyway, on connect and while the socket is open.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

from django.core import signing
from django.urls import get_resolver

from live.feeds import Feed
from live.fragments import Fragment
from live.keys import FragmentError, Key, PageContext, Values, from_json, to_json
from live.page.page import Page
from live.rendering.context import default_context, zone_of

SALT, ENTRY_SALT, VALUES_SALT = "live.page", "live.entry", "live.context"
# Keys that are remembered, to be the same objects on the next page.
MAX_SHARED = 4096
# Those that are open, by all that a token says.
_pages: WeakValueDictionary[tuple[Any, ...], Page] = WeakValueDictionary()


class BadPage(Exception):
    """The token is not one of ours, or not by a key of today (``SECRET_KEY``, ``SECRET_KEY_FALLBACKS``)."""


class OutdatedPage(Exception):
    """The token is ours, from a version of the site whose fragments were others: the page must be loaded again."""

    def __init__(self, message: str, token: str | None = None) -> None:
        super().__init__(message)
        self.token = token


def sign(page: Page) -> str:
    """The page's token. Nothing can be added to the page afterwards."""
    page.is_signed = True
    roots = [_to_json(key, page.context) for key in page.roots.values()]
    content: dict[str, Any] = {"user": page.user, "roots": roots, "feeds": list(page.feeds.values())}
    if page.required:
        content["required"] = sorted(page.required)
    if page.context is not None:
        content["context"] = _context_to_json(page.context)
    return signing.dumps(content, salt=SALT, compress=True)


def sign_values(values: Values, host: str) -> str:
    """What ``{% live_context %}`` says, for the requests of a page's script to the host that the page is from: a view
    of another tenant's host must not answer for this one."""
    return signing.dumps({name: to_json(value) for name, value in values}, salt=f"{VALUES_SALT}:{host}")


def verify_values(text: str, host: str) -> Values:
    """The values that were signed for that host; ``BadPage`` for what was not."""
    try:
        signed = signing.loads(text, salt=f"{VALUES_SALT}:{host}")
    except (signing.BadSignature, UnicodeError):
        raise BadPage(
            "what the page is for is not signed by this site for this host, or SECRET_KEY was another one then"
        ) from None
    return tuple((name, from_json(value)) for name, value in signed.items())


def context_of_token(token: Any) -> PageContext | None:
    """Of the page that was signed, also by another version of the site; None where it cannot be read."""
    try:
        return _context_from_json(signing.loads(token, salt=SALT).get("context", {}))
    except (signing.BadSignature, UnicodeError, AttributeError, LookupError, TypeError, ValueError):
        return None


def sign_entry(page: Page, key: Key) -> str:
    """For a fragment of a response by htmx, which has no token: that the page which it comes to may ask for it, too."""
    content: dict[str, Any] = {"user": page.user, "root": _to_json(key.of(None), None)}
    if key.element in page.required:
        content["required"] = True
    return signing.dumps(content, salt=ENTRY_SALT)


def sign_feed_entry(page: Page, feed: Feed, context: PageContext | None) -> str:
    """The same for a feed."""
    content = {"user": page.user, "feed": feed.name, "context": _context_to_json(context)}
    return signing.dumps(content, salt=ENTRY_SALT)


def is_ours(token: Any) -> bool:
    """Whether this is the token of a page of ours, of whatever version of the site, by a key of today."""
    try:
        verify(token)
    except OutdatedPage:
        return True
    except BadPage:
        return False
    return True


def verify(token: Any, more: Sequence[str] = ()) -> Page:
    """The page that was signed, with what these entries are of; ``BadPage`` or ``OutdatedPage`` with the reason.

    An entry of a fragment that is on the page is newer, and may have other options. The user is the same: a page of
    parts for several users must be loaded again.
    """
    if not isinstance(token, str):
        raise BadPage("there is no token")
    try:
        content = signing.loads(token, salt=SALT)
        entries = [signing.loads(entry, salt=ENTRY_SALT) for entry in more]
        try:
            page = _page(content, entries)
        except FragmentError:
            get_resolver().url_patterns  # noqa: B018  views may declare some, and are imported with the first request
            page = _page(content, entries)
    except (signing.BadSignature, UnicodeError):
        raise BadPage("the token is not signed by this site, or SECRET_KEY was another one then") from None
    except (FragmentError, KeyError, TypeError, ValueError) as error:
        raise OutdatedPage(f"the page is from another version of this site: {error}", token) from None
    return page


def _page(content: dict[str, Any], entries: Iterable[dict[str, Any]]) -> Page:
    """The same object for all who have the same page open: they are as many as there are viewers."""
    page = Page(user=content["user"], context=_context_from_json(content.get("context", {})))
    for root in content["roots"]:
        page.add(_from_json(page.context, *root))
    page.required = page.roots.keys() & content.get("required", ())
    for name in content["feeds"]:
        page.add_feed(name, Feed.named(name).element)
    for entry in entries:
        if entry["user"] != page.user:
            raise ValueError("a part of it was made for another user")
        key = _from_json(None, *entry["root"]) if "root" in entry else None
        context = key.context if key else _context_from_json(entry["context"])
        # Who may see it is asked where the page is, and would be asked of another database.
        if _values(context) != _values(page.context):
            raise ValueError("a part of it was made for a page of another tenant, or what else live_context says")
        if key is None:
            page.feeds[Feed.named(entry["feed"]).element] = entry["feed"]
            continue
        page.roots[key.element] = key
        if "required" in entry:
            page.required.add(key.element)
    page.is_signed = True
    required, feeds = frozenset(page.required), tuple(page.feeds.items())
    return _pages.setdefault((page.user, page.context, tuple(page.roots.values()), required, feeds), page)


def _to_json(key: Key, around: PageContext | None) -> list[Any]:
    """Its place on the page and its context only where it has one of its own."""
    context = [] if key.context == around else [_context_to_json(key.context)]
    return [
        key.name,
        {name: to_json(value) for name, value in key.params},
        *([key.at] if key.at or context else []),
    ] + context


def _from_json(
    around: PageContext | None, name: str, params: dict[str, Any], at: str = "", context: dict[str, Any] | None = None
) -> Key:
    key = Fragment.named(name).key(**{name: from_json(value) for name, value in params.items()})
    key = key.within(around if context is None else _context_from_json(context))
    return _shared(key.named_at(at) if at else key)


@lru_cache(maxsize=MAX_SHARED)
def _shared(key: Key) -> Key:
    """The same object for all pages that have it: they are as many as there are viewers."""
    return key


def _values(context: PageContext | None) -> Values:
    return context.values if context else ()


def _context_to_json(context: PageContext | None) -> dict[str, Any]:
    """What differs from the settings."""
    if context is None:
        return {}
    default, content = default_context(), dict[str, Any]()
    if context.language != default.language:
        content["language"] = context.language
    if context.time_zone != default.time_zone:
        content["zone"] = context.time_zone
    if context.values:
        content["values"] = {name: to_json(value) for name, value in context.values}
    return content


def _context_from_json(content: dict[str, Any]) -> PageContext | None:
    if not content:
        return None
    default = default_context()
    context = PageContext(
        content.get("language", default.language),
        content.get("zone", default.time_zone),
        tuple((name, from_json(value)) for name, value in content.get("values", {}).items()),
    )
    zone_of(context.time_zone)  # an error here, and not in all that is on the page
    return None if context == default else context
