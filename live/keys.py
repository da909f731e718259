"""What names a piece of a page (the id of its element, the id of one of its renderings, its key), and those who get it.

Three types, because they are three things: an element is in a document, a rendering is what the pages of an audience
and a context share, and a key is what a function of the database is called with. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, NewType
from uuid import UUID

# The DOM id of an element.
ElementId = NewType("ElementId", str)
# As a part of an id, or an option: whichever it is. No value is written so.
_WHICHEVER = "*"
# Between the id of an element and the name of another one that shows the same; no parameter has this in an id.
_AT = "-_at_"
# What a parameter may be; a bool is an int.
Value = int | str | UUID | date
# Who shares one rendering, as ``per=`` tells them apart: a value, or a tuple (also a NamedTuple) of such.
Audience = int | str | tuple[Any, ...]
# What ``{% live_context %}`` says of a page, by name; in the order of the names.
Values = tuple[tuple[str, Value], ...]


class FragmentError(Exception):
    """A fragment was declared, named or rendered in a way that cannot work; the message says how it can."""


class _Any:
    def __repr__(self) -> str:
        return "live.ANY"


# For a parameter of ``changed()``: whichever value it has.
ANY: Any = _Any()


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page says of all that is on it: its language, its time zone, and what ``{% live_context %}`` adds, by
    name: ``context["tenant"]``, or ``context.get("tenant")`` where not all pages have one."""

    # As in Django's settings: LANGUAGE_CODE and TIME_ZONE.
    language: str
    time_zone: str
    values: Values = ()
    # True is 1 to Python, and pages that say one are not those that say the other.
    _types: tuple[type, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_types", tuple(type(value) for _, value in self.values))

    def __getitem__(self, name: str) -> Value:
        return dict(self.values)[name]

    def get(self, name: str) -> Value | None:
        """The value of that name; None where the page has none."""
        return dict(self.values).get(name)

    def __str__(self) -> str:
        return ", ".join([self.language, self.time_zone, *(f"{name}={value!r}" for name, value in self.values)])


class RenderingId(NamedTuple):
    """The renderings of an element: those of an audience, or of all (None); those with options, or all (None); those
    for pages of a context, or all (None).

    A change may be about many elements, and about some of the options: parts of the id, or options, are ``*`` then. To
    processes of a version that does not know this it is about nothing: their next sweep shows the change.
    """

    element: ElementId
    audience: Audience | None = None
    # As texts that tell their types apart, as in an element's id.
    options: tuple[str, ...] | None = None
    # As in a key; so that of pages that are as the settings say is None, too.
    context: PageContext | None = None

    @property
    def fragment(self) -> str | None:
        """The name of the fragment of which this may be any element; None where it is of one."""
        return ".".join(self.element.split("-", 2)[:2]) if _WHICHEVER in self.element else None

    def includes(self, other: "RenderingId") -> bool:
        """Whether this is about that one, too: also where that is one of several elements that show the same."""
        return (
            self.includes_element(other.element)
            and self.audience in (None, other.audience)
            and self.context in (None, other.context)
            and (self.options is None or _includes(self.options, other.options or ()))
        )

    def includes_element(self, element: ElementId) -> bool:
        """Whether this is about that element, in whichever renderings."""
        if _WHICHEVER in self.element:
            return _includes(self.element.split("-"), first_element(element).split("-"))
        return self.element in (element, first_element(element))

    @classmethod
    def from_wire(cls, parts: Any) -> "RenderingId":
        """The id that went through a channel layer, where a tuple becomes a list."""
        element, audience, *options = parts
        return cls(element, *map(_as_tuple, (audience, *options)))

    def to_wire(self) -> list[Any]:
        """For a channel layer: the options only where it has some, for older processes know of none. A change is one
        for all contexts, so these never are."""
        return [self.element, self.audience, *([] if self.options is None else [self.options])]


@dataclass(frozen=True, slots=True)
class Key:
    """A fragment's name and parameters. One key is one element on a page; ``at`` names another one that shows the same.

    A fragment that differs per audience has one rendering for each: ``audience`` says which, None that it is not known
    yet. ``options`` are the values of those parameters that have a default: they say how an element looks, and not
    which one it is. None where there are no such parameters. ``context`` is that of the page, None where it is as the
    settings say; whatever the fragment nests has it, too.
    """

    name: str
    params: tuple[tuple[str, Value], ...]
    element: ElementId
    audience: Audience | None = None
    options: tuple[str, ...] | None = None
    at: str = ""
    context: PageContext | None = None

    @property
    def id(self) -> RenderingId:
        """What tells renderings apart; the page knows nothing of it."""
        return RenderingId(self.element, self.audience, self.options, self.context)

    def of(self, audience: Audience | None) -> "Key":
        """The same element, for that audience."""
        return self if audience is self.audience else replace(self, audience=audience)

    def within(self, context: PageContext | None) -> "Key":
        """The same element, on a page of that context."""
        return self if context is self.context else replace(self, context=context)

    def named_at(self, name: str) -> "Key":
        """The same once more on the page, in an element of its own. ``FragmentError`` for a name that can be no id."""
        if not re.fullmatch(r"[A-Za-z0-9]+", name, re.ASCII):
            raise FragmentError(f'{self}: at="{name}" must be letters and digits: it is a part of an id')
        return replace(self, at=name, element=ElementId(f"{first_element(self.element)}{_AT}{name}"))

    def __str__(self) -> str:
        more = {"audience": self.audience, "at": self.at or None}
        params = (*self.params, *((name, value) for name, value in more.items() if value is not None))
        where = f" [{self.context}]" if self.context else ""
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in params)}){where}"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The pages that get the same items: their user, their session, and the DOM ids of the fragments they show."""

    user: str | None
    session: str | None
    showing: frozenset[ElementId]


def element_id(name: str, *values: Value) -> ElementId:
    """The DOM id for a dotted name and parameters; different parameters give different ids."""
    return ElementId("-".join([*name.split("."), *map(id_part, values)]))


def first_element(element: ElementId) -> ElementId:
    """The id under which changes of what the element shows are announced."""
    return ElementId(element.partition(_AT)[0])


def check_audience(name: str, value: Any) -> Audience:
    """An audience as it may be. ``FragmentError`` for anything but an int, a string or a tuple of such."""
    parts = [value]
    for part in parts:
        if type(part) in (int, str):  # nearly always, and asked for every user every two seconds
            continue
        if isinstance(part, tuple):
            parts += part
        elif isinstance(part, bool) or not isinstance(part, int | str):
            raise FragmentError(f"{name}: the audience is {part!r}; per= must give an int, a str or a tuple of them")
    return value  # type: ignore[no-any-return]


def is_value(value: Any) -> bool:
    """Whether it can be a parameter. A moment is none, though it is a date to Python: it has a time."""
    return isinstance(value, Value) and not isinstance(value, datetime)


def id_part(value: Value) -> str:
    """A parameter as part of a DOM id, or of one that a change is about; different ones differ, also by their type.

    What is no letter or digit in a string is encoded, and so is its leading digit, which tells ``"12"`` from ``12``.
    """
    if value is ANY:
        return _WHICHEVER
    if isinstance(value, bool):
        return "_true" if value else "_false"
    if isinstance(value, int):
        return str(value).replace("-", "_")
    if isinstance(value, UUID):
        return f"_uuid{value.hex}"
    if isinstance(value, date):
        return f"_on{value.isoformat().replace('-', '')}"
    text = re.sub(r"[^A-Za-z0-9]", lambda match: f"_{ord(match[0]):x}_", value)
    return f"_{ord(text[0]):x}_{text[1:]}" if text[:1].isdigit() else text


def to_json(value: Value) -> Any:
    """A parameter as JSON has it, for a page's token."""
    if isinstance(value, UUID):
        return {"uuid": value.hex}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def from_json(value: Any) -> Value:
    """The parameter that ``to_json`` was given. Raises ``ValueError`` or ``KeyError`` for what it never makes."""
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    return UUID(value["uuid"]) if "uuid" in value else date.fromisoformat(value["date"])


def _includes(wanted: Sequence[str], parts: Sequence[str]) -> bool:
    return len(wanted) == len(parts) and all(one in (_WHICHEVER, its) for one, its in zip(wanted, parts, strict=True))


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if isinstance(value, list | tuple) else value
