"""One document in one browser: the fragments and feeds on it, for whom it was made, and why it may end. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum

from live.keys import ElementId, FragmentError, Key, PageContext, Subscriber, Values
from live.page.principals import principal_of
from live.page.visits import Session, key_of


class Reason(Enum):
    """Why a page is not kept up to date. How its browser is told is for whoever speaks with the browser."""

    SIGN_IN = "sign in"
    FORBIDDEN = "forbidden"
    # What it reports cannot be read.
    BAD_REPORT = "bad report"
    # Of another version of the site, or signed with another key: it must be loaded again.
    GONE = "gone"
    ASK_AGAIN = "ask again"
    TOO_SLOW = "too slow"
    # Its socket comes from an address that the site does not take sockets from; over HTTP it may go on.
    WRONG_ORIGIN = "wrong origin"


@dataclass(slots=True, weakref_slot=True)
class Page:
    """The fragments on it by DOM id, in order, and the user it was rendered for (None for anybody).

    ``roots`` are without an audience: which one somebody belongs to is asked again while the page is open. Those that
    are ``required`` are what the page is about: who may not see one of them any more loses the page.
    """

    user: str | None = None
    roots: dict[ElementId, Key] = field(default_factory=dict)
    required: set[ElementId] = field(default_factory=set)
    # What ``{% live_context %}`` says; and, as it was signed, with its language and time zone.
    values: Values = ()
    context: PageContext | None = None
    # Names of feeds by the DOM ids of their cursors.
    feeds: dict[ElementId, str] = field(default_factory=dict)
    # All of these, and what is nested.
    elements: set[ElementId] = field(default_factory=set)
    # It comes to a page by htmx: what is on it is signed one by one.
    is_part: bool = False
    # Something on it is not rendered before it comes near the window.
    is_lazy: bool = False
    is_signed: bool = False

    def add(self, key: Key, nested: Iterable[Key] = (), *, required: bool = False) -> None:
        """Put a fragment on the page, with those inside it, as far as they are known."""
        self._check_unsigned(key)
        self.add_nested((key, *nested))
        self.roots[key.element] = key.of(None)
        if required:
            self.required.add(key.element)

    def add_nested(self, keys: Iterable[Key]) -> None:
        """These are inside of fragments that are on the page."""
        for key in keys:
            self._add(key.element, key)

    def add_feed(self, name: str, element: ElementId) -> None:
        """Put a feed on the page."""
        self._check_unsigned(name)
        self._add(element, name)
        self.feeds[element] = name

    def subscriber(self, session: Session, shown: Collection[ElementId]) -> Subscriber:
        """As what the page gets the items of feeds. What is not a user is nobody in particular: not signed in, and not
        the person whose session the browser happens to have."""
        showing = frozenset(self.roots.keys() & set(shown))
        if principal_of(self.user):
            return Subscriber(None, None, showing)
        return Subscriber(self.user, key_of(session), showing)

    def _check_unsigned(self, what: object) -> None:
        if self.is_signed:
            raise FragmentError(f"{what} comes after {{% live_page %}}, which must be the last thing on the page")

    def _add(self, element: ElementId, what: object) -> None:
        if element in self.elements:
            raise FragmentError(f'{what} is there twice; name the other one: {{% live ... at="footer" %}}')
        self.elements.add(element)
