"""What rendering a fragment gives, and what it contains. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from live.keys import ElementId, Key, RenderingId

# The version of a placeholder that stands where a fragment will be rendered when it comes near the window.
LAZY = "lazy"
# The element that stands for a list itself. As nothing else, it may be among rows of a table and items of a list.
LIST_TAG = "template"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A fragment's own HTML and what follows from it.

    ``html`` is everything after ``<tag``, with a slot for each nested fragment. ``next_change`` is when it will look
    different by the clock alone, in seconds since the epoch. ``failed`` says that this is only words in its place.
    ``out_of_date`` are words too: it was good once, and a newer one has failed or does not come.
    """

    key: Key
    tag: str
    html: str
    version: str
    children: tuple[Key, ...] = ()
    next_change: float | None = None
    failed: bool = False
    out_of_date: str = ""
    # At most one rendering in so many seconds.
    interval_seconds: float = field(default=0.0, compare=False)
    # What its ``load_many`` gave is all that was asked of a database for it; what that was, as it can be compared
    # (``live.rendering.snapshots``), and when it was rendered of it, in seconds of the hub's clock, where that is kept.
    is_of_loaded: bool = field(default=False, compare=False)
    made_of: Any = field(default=None, compare=False)
    made_at: float = field(default=0.0, compare=False)
    # When the reading of what it shows began, in seconds since the epoch.
    read_at: float = field(default=0.0, compare=False)

    @property
    def is_list(self) -> bool:
        """Whether this is a list, whose items stand behind its element and not in it."""
        return self.tag == LIST_TAG

    def is_shown(self, shown: Mapping[ElementId, str]) -> bool:
        """Whether a page shows this version; of a list, with all items: something on the page may have taken one."""
        is_same = shown.get(self.key.element) == self.version
        return is_same and not (self.is_list and any(item.element not in shown for item in self.children))

    def is_marked_of(self, version: str | None) -> bool:
        """Whether this is what is called ``version``, marked as out of date."""
        return bool(self.out_of_date) and self.version == f"{version}!"

    def marked(self, words: str) -> "Rendered":
        """The same, marked as out of date in these words; what says something in its place already stays as it is."""
        if self.failed or self.out_of_date:
            return self
        return replace(self, version=f"{self.version}!", out_of_date=words)


# What stands in for fragments that somebody may not see, by DOM id.
Withheld = dict[ElementId, Rendered]
# Keys by id: of fragments, and of what these nest.
Keys = dict[RenderingId, Key]
# Renderings by id: a fragment, and what it nests.
Renderings = dict[RenderingId, Rendered]
# The newest rendering of an id; None if there is none yet.
RenderingOf = Callable[[RenderingId], Rendered | None]


def without(withheld: Mapping[ElementId, Rendered], rendering_of: RenderingOf) -> RenderingOf:
    """The renderings for somebody from whom these are withheld: what stands in for them, and nothing that they nest."""
    return (lambda id: withheld.get(id.element) or rendering_of(id)) if withheld else rendering_of


def closure(roots: Iterable[Key], rendering_of: RenderingOf) -> Keys:
    """These and everything that their newest renderings nest, by id."""
    keys: Keys = {}
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        id = key.id
        if id not in keys:
            keys[id] = key
            rendered = rendering_of(id)
            waiting += rendered.children if rendered else ()
    return keys
