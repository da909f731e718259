"""The parameters of a fragment's function: their types, which of them are options, and how values are read. Pure."""

import inspect
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from live.keys import ANY, FragmentError, Value, is_value

# How a value of each type is read that is not of it. An annotation is one of these, or its name where annotations are
# postponed; a parameter with any other takes what is of one of these types, as it is.
TYPES: dict[type, Callable[[Any], Value]] = {
    int: int,
    str: str,
    bool: lambda text: {"true": True, "false": False}[text.lower()],
    UUID: UUID,
    date: date.fromisoformat,
}
ANNOTATIONS: dict[Any, type] = {spelling: kind for kind in TYPES for spelling in (kind, kind.__name__)}
KINDS = "int, str, bool, UUID or date"
# Stands for the name of the parameter that gets what ``load_many`` has loaded.
LOADED = "loaded"


def check_question(
    owner: str,
    name: str,
    function: Callable[..., Any],
    *args: str,
    params: Iterable[str] = (),
    may_take_context: bool = False,
) -> None:
    """``FragmentError`` where a project's function cannot be called as it will be: with ``args`` by position and
    ``params`` by name. One that ``live.page.questions`` asks may have a parameter called ``context`` beside them.

    Otherwise it would fail where somebody looks; and an async one would permit everything, as a coroutine is true.
    """
    # A fragment can be called only to say that it is none.
    if not callable(function) or getattr(function, "do_not_call_in_templates", False):
        raise FragmentError(f"{owner}: {name} must be a function, not {function!r}")
    try:
        signature = inspect.signature(function)
    except ValueError:  # of a builtin nobody knows
        return
    if inspect.iscoroutinefunction(function):
        raise FragmentError(f"{owner}: {name} must be a plain function, not an async one: it is called in a thread")
    named = [*params, *({"context"} & signature.parameters.keys() if may_take_context else ())]
    try:
        signature.bind(*args, **dict.fromkeys(named))
    except TypeError as error:
        called = ", ".join([*args, *params])
        raise FragmentError(f"{owner}: {name} is called as function({called}), and is {signature}: {error}") from None


class Parameters:
    """Those that a key has: all of a fragment's function but what the engine gives to it.

    ``owner`` is the fragment's name, for errors. ``supplied`` are the names of what the engine gives, ``LOADED`` for
    one that may be called anything: the function has them first, and is called with them by position. Raises
    ``FragmentError`` for one that cannot be a fragment's.
    """

    def __init__(self, owner: str, function: Callable[..., Any], supplied: Sequence[str] = ()) -> None:
        self._owner = owner
        self._types: dict[str, type | None] = {}
        # Of the parameters that may be left out: the options.
        self.defaults: dict[str, Value] = {}
        declared = list(inspect.signature(function).parameters.values())
        first, own = declared[: len(supplied)], declared[len(supplied) :]
        names = [parameter.name for parameter in first if parameter.kind is not parameter.KEYWORD_ONLY]
        named = [name for name, wanted in zip(names, supplied, strict=False) if wanted in (name, LOADED)]
        if len(named) < len(supplied):
            start = ", ".join([*supplied, "..."])
            raise FragmentError(f"{owner} gets {', '.join(supplied)} first: def {owner.rpartition('.')[2]}({start})")
        for parameter in own:
            if parameter.kind not in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}:
                raise FragmentError(f"{owner}: parameters need names; *{parameter.name} has none")
            if parameter.name == "request":
                raise FragmentError(f"{owner}: there is no request, for it is rendered whenever something has changed")
            if parameter.name == "user":
                raise FragmentError(f"{owner}: a parameter cannot be called user, which visible_to is asked about")
            self._types[parameter.name] = ANNOTATIONS.get(parameter.annotation)
            if parameter.default is not parameter.empty:
                self.defaults[parameter.name] = self._value(parameter.name, parameter.default)

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    @cached_property
    def question(self) -> Callable[[Iterable[Value]], Any]:
        """Makes of the values of all parameters, in order, what one of many is called: of one parameter its value, of
        several a named tuple."""
        if len(self._types) == 1:
            return lambda values: next(iter(values))
        named: Any = namedtuple("Parameters", list(self._types))  # type: ignore[misc]  # made of names
        return lambda values: named(*values)

    @property
    def required(self) -> list[str]:
        """The names of those that say which element it is, in the order declared: all but the options."""
        return [name for name in self._types if name not in self.defaults]

    def named(self, args: Sequence[Any], params: Mapping[str, Any]) -> dict[str, Any]:
        """All of a call by name. Raises ``FragmentError`` where one is given twice, or there are too many."""
        by_position = dict(zip(self._types, args, strict=False))
        if len(args) > len(self._types) or by_position.keys() & params.keys():
            raise self._wrong([*map(repr, args), *params])
        return {**by_position, **params}

    def values(self, params: Mapping[str, Any], *, may_be_any: bool = False) -> dict[str, Value]:
        """All of them, in the order declared: a string is read as what the annotation says, and those that have a
        default may be left out. ``live.ANY`` only where ``may_be_any``. Raises ``FragmentError`` for anything else."""
        if not self._types.keys() - self.defaults.keys() <= params.keys() <= self._types.keys():
            raise self._wrong(params)
        params = {**self.defaults, **params}
        return {
            name: ANY if may_be_any and params[name] is ANY else self._value(name, params[name]) for name in self._types
        }

    def _wrong(self, got: Iterable[str]) -> FragmentError:
        return FragmentError(f"{self._owner} takes ({', '.join(self._types)}), not ({', '.join(got)})")

    def _value(self, name: str, value: Any) -> Value:
        wanted = self._types[name]
        if is_value(value):
            # A bool is an int to Python, and not to us.
            kind = next(kind for kind in (bool, int, str, UUID, date) if isinstance(value, kind))
            if wanted is None or kind is wanted:
                return value  # type: ignore[no-any-return]
            if kind is str or (kind is int and wanted is str):
                try:
                    return TYPES[wanted](value)
                except (ValueError, KeyError):
                    pass
        empty = " (so is a variable that a template does not have)" if value == "" else ""
        must = wanted.__name__ if wanted else KINDS
        raise FragmentError(f"{self._owner}: {name} is {value!r}{empty}; it must be {must}")
