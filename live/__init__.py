"""A piece of a page, declared as a function of the database, that stays true in every open browser.

All that an app imports to declare one; what else a project uses is in ``docs/reference.md``.
"""

from live.declaration import fragment
from live.feeds import Feed, Item
from live.fragments import Fragment
from live.keys import ANY, FragmentError, PageContext
from live.lists import LiveList, live_list
from live.rendering.context import around_pages
from live.rendering.tree import html_of

__all__ = [
    "ANY",
    "Feed",
    "Fragment",
    "FragmentError",
    "Item",
    "LiveList",
    "PageContext",
    "around_pages",
    "fragment",
    "html_of",
    "live_list",
]
