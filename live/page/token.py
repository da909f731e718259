"""What a page may ask for: its roots and feeds, signed.

The token travels in the page and comes back over the socket. It says which fragments the page was made of and for
whom, so a socket can never watch what its page did not show. It does not age: a wall screen is open for months, and
who may see a fragment is asked again anyway, on connect and while the socket is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from live.feeds import Feed
from live.fragments import Fragment, FragmentError, Key

SALT = "live.page"


class BadPage(Exception):
    """The token is not one of ours."""


class OutdatedPage(Exception):
    """The token is ours, from a version of the site whose fragments were others: the page must be loaded again."""


@dataclass(slots=True)
class Page:
    """One document: the fragments on it by DOM id, in order, and the user it was rendered for (None for anybody).

    ``roots`` are without an audience: which one somebody belongs to is asked again while the page is open.
    """

    user: str | None = None
    roots: dict[str, Key] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    # The names of its feeds.
    feeds: list[str] = field(default_factory=list)
    signed: bool = False

    def add(self, key: Key, nested: Iterable[Key] = ()) -> None:
        """Put a fragment on the page, with those inside it."""
        if self.signed:
            raise FragmentError(f"{key} comes after {{% live_page %}}, which must be the last thing on the page")
        for each in (key, *nested):
            if each.element in self.ids:
                raise FragmentError(f"{each} is there twice; one key is one element on a page")
            self.ids.add(each.element)
        self.roots[key.element] = key.of(None)

    def add_feed(self, feed: Feed) -> None:
        """Put a feed on the page."""
        if self.signed:
            raise FragmentError(f"{feed.name} comes after {{% live_page %}}, which must be the last thing on the page")
        if feed.element in self.ids:
            raise FragmentError(f"{feed.name} is there twice; a feed is on a page once")
        self.ids.add(feed.element)
        self.feeds.append(feed.name)

    def sign(self) -> str:
        """The token. Nothing can be added afterwards."""
        self.signed = True
        roots = [[key.name, dict(key.params)] for key in self.roots.values()]
        return signing.dumps({"user": self.user, "roots": roots, "feeds": self.feeds}, salt=SALT, compress=True)


def verify(token: Any) -> Page:
    """The page that was signed; ``BadPage`` or ``OutdatedPage`` with the reason."""
    if not isinstance(token, str):
        raise BadPage("there is no token")
    try:
        content = signing.loads(token, salt=SALT)
        page = Page(user=content["user"])
        for name, params in content["roots"]:
            page.add(Fragment.named(name).key(**params))
        for name in content["feeds"]:
            page.add_feed(Feed.named(name))
    except (signing.BadSignature, UnicodeError):
        raise BadPage("the token is not signed by this site") from None
    except (FragmentError, KeyError, TypeError, ValueError) as error:
        raise OutdatedPage(f"the page is from another version of this site: {error}") from None
    page.signed = True
    return page
