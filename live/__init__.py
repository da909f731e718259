"""A piece of a page, declared as a function of the database, that stays true in every open browser."""

from live.fragments import Fragment, FragmentError, fragment
from live.rendering import html_of

__all__ = ["Fragment", "FragmentError", "fragment", "html_of"]
