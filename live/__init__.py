"""A piece of a page, declared as a function of the database, that stays true in every open browser."""

from live.feeds import Feed, Item
from live.fragments import Fragment, FragmentError, fragment
from live.rendering.render import html_of

__all__ = ["Feed", "Fragment", "FragmentError", "Item", "fragment", "html_of"]
