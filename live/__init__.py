"""A piece of a page, declared as a function of the database, that stays true in every open browser."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from live.feeds import Feed, Item
from live.fragments import Fragment, fragment
from live.keys import FragmentError
from live.rendering.tree import html_of

if TYPE_CHECKING:
    from live.notices.audiences import Audience, audience, everyone, group, permission, signed_in, staff, user
    from live.notices.forms import LiveFormMixin, form_refused, form_taken
    from live.notices.progress import Cancelled, progress
    from live.notices.rules import TooManyNotices
    from live.notices.sending import anotify, notify

__all__ = [
    "Audience",
    "Cancelled",
    "Feed",
    "Fragment",
    "FragmentError",
    "Item",
    "LiveFormMixin",
    "TooManyNotices",
    "anotify",
    "audience",
    "everyone",
    "form_refused",
    "form_taken",
    "fragment",
    "group",
    "html_of",
    "notify",
    "permission",
    "progress",
    "signed_in",
    "staff",
    "user",
]

# Where the rest is. They have models, which cannot be loaded before the apps are, so they are fetched when asked for.
_NOTICES = {
    "audiences": ["Audience", "audience", "everyone", "group", "permission", "signed_in", "staff", "user"],
    "forms": ["LiveFormMixin", "form_refused", "form_taken"],
    "progress": ["Cancelled", "progress"],
    "rules": ["TooManyNotices"],
    "sending": ["anotify", "notify"],
}
_MODULES = {name: f"live.notices.{module}" for module, names in _NOTICES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'live' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
