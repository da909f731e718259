"""A piece of a page, declared as a function of the database, that stays true in every open browser."""

from live.feeds import Feed, Item
from live.fragments import Fragment, fragment
from live.keys import FragmentError
from live.rendering.tree import html_of

__all__ = ["Feed", "Fragment", "FragmentError", "Item", "fragment", "html_of"]
