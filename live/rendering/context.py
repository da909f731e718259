"""A fragment looks like the page around it: in its language, in its time zone, and with what is set for the page.

A project that has tenants says of which one a page is, ``{% live_context tenant=request.tenant.pk %}``, and registers
once what is to be set while anything of such a page is asked of the database:

    @live.around_pages
    @contextmanager
    def in_tenant(context):
        with schema_context(context.get("tenant")):
            yield
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta, tzinfo
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from live.keys import FragmentError, PageContext, Values, is_value

Around = Callable[[PageContext], AbstractContextManager[Any]]
AroundT = TypeVar("AroundT", bound=Around)

_around: Around | None = None
_requested: ContextVar[Values] = ContextVar("live_requested", default=())


def around_pages(function: AroundT) -> AroundT:
    """Decorator: a context manager, called with a page's context, inside of which everything of that page is rendered
    and asked: its fragments, feeds and users, ``per`` and ``visible_to``; and stored, such as who is on it.

    There is one. Raises ``FragmentError`` for a second one.
    """
    global _around
    if _around is not None and _around is not function:
        raise FragmentError(f"around_pages has {_around!r} already, and there is one; {function!r} is another")
    _around = function
    return function


def default_context() -> PageContext:
    """That of a page that is as the settings say."""
    return _without_values(settings.LANGUAGE_CODE, settings.TIME_ZONE)


# Asked several times for each fragment.
_without_values = lru_cache(16)(PageContext)


def current_context(values: Values | None = None) -> PageContext | None:
    """The language and time zone that are active now, and these values, by default those of the page that has sent the
    request; None where that is as the settings say."""
    values = requested_values() if values is None else values
    context = PageContext(translation.get_language() or settings.LANGUAGE_CODE, _current_zone(), values)
    return None if context == default_context() else context


def requested_values() -> Values:
    """Those of the page that has sent this request: see ``live.middleware``."""
    return _requested.get()


@contextmanager
def requested_with(values: Values) -> Iterator[None]:
    """The request that is answered meanwhile comes from a page that has these values."""
    token = _requested.set(values)
    try:
        yield
    finally:
        _requested.reset(token)


def values_of(values: dict[str, Any]) -> Values:
    """Those of a page's context, by name, but for None. ``FragmentError`` for what no key could have."""
    for name, value in values.items():
        if not (value is None or is_value(value)):
            raise FragmentError(f"live_context: {name} is {value!r}; it must be an int, str, bool, UUID or date")
    return tuple(sorted((name, value) for name, value in values.items() if value is not None))


def localized(context: PageContext | None) -> AbstractContextManager[Any]:
    """The language and the zone of a page: for words in which nothing is of the database."""
    context = context or default_context()
    zone = zone_of(context.time_zone)
    # Mostly they are so already, and setting them would cost as much as a small template.
    if translation.get_language() == context.language and timezone.get_current_timezone() is zone:
        return nullcontext()
    return _localized(context.language, zone)


@contextmanager
def _localized(language: str, zone: tzinfo) -> Iterator[None]:
    with translation.override(language), timezone.override(zone):
        yield


def active(context: PageContext | None) -> AbstractContextManager[Any]:
    """The same, and what the project sets for the page."""
    return localized(context) if _around is None else _active(context)


@contextmanager
def _active(context: PageContext | None) -> Iterator[None]:
    with localized(context), around(context):
        yield


def direction_of(language: str) -> str:
    """For the attribute ``dir`` of what is in that language; empty where a page is read from the left anyway."""
    of_language, of_site = (
        code.split("-")[0] in settings.LANGUAGES_BIDI for code in (language, settings.LANGUAGE_CODE)
    )
    return "rtl" if of_language else "ltr" if of_site else ""


def around(context: PageContext | None) -> AbstractContextManager[Any]:
    """What the project sets for a page."""
    return nullcontext() if _around is None else _around(context or default_context())


def data_context(context: PageContext | None) -> PageContext | None:
    """What of it may decide what the database says: pages that are alike in this can be asked about together."""
    if _around is None or context is None or not context.values:
        return None
    return replace(default_context(), values=context.values)


@lru_cache
def zone_of(name: str) -> tzinfo:
    """The zone of that name, or of that offset (``+0530``). Raises ``LookupError`` or ``ValueError`` for no such."""
    if name[:1] in ("+", "-"):
        minutes = 60 * int(name[1:3]) + int(name[3:])
        return timezone.get_fixed_timezone(-minutes if name[0] == "-" else minutes)
    return ZoneInfo(name)


def _current_zone() -> str:
    zone = timezone.get_current_timezone()
    if name := getattr(zone, "key", None):
        return str(name)
    offset: timedelta | None = zone.utcoffset(None)
    if offset is None:
        raise FragmentError(f"the current time zone, {zone!r}, has no name; activate a zoneinfo.ZoneInfo")
    return str(timezone.get_fixed_timezone(offset).tzname(None)) if offset else "UTC"
