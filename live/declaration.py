"""Declare a piece of a page as a function of the database.

    @fragment("boards/panel.html#panel")
    def panel(pk: int):
        return {"panel": Panel.objects.get(pk=pk)}

Modules called ``fragments`` are found in every installed app, as ``admin`` modules are.
"""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, TypedDict, TypeVar, Unpack, overload

from live.dependencies import DependsOn
from live.fragments import Fragment, LoadMany, P, Per
from live.keys import Audience, FragmentError

A = TypeVar("A", bound=Audience)
T = TypeVar("T")


class Options(TypedDict, total=False):
    """What ``fragment`` takes that says nothing of the function's parameters."""

    interval_seconds: float
    depends_on: DependsOn | None


@overload
def fragment(
    template: str, *, per: None = None, load_many: None = None, **options: Unpack[Options]
) -> Callable[[Callable[P, Mapping[str, Any]]], Fragment[P]]: ...
@overload
def fragment(
    template: str, *, per: Callable[..., A], load_many: None = None, **options: Unpack[Options]
) -> Callable[[Callable[Concatenate[A, P], Mapping[str, Any]]], Fragment[P]]: ...
@overload
def fragment(
    template: str, *, per: None = None, load_many: Callable[[Any], Mapping[Any, T]], **options: Unpack[Options]
) -> Callable[[Callable[Concatenate[T, P], Mapping[str, Any]]], Fragment[P]]: ...
@overload
def fragment(
    template: str, *, per: Callable[..., A], load_many: Callable[[Any], Mapping[Any, T]], **options: Unpack[Options]
) -> Callable[[Callable[Concatenate[A, T, P], Mapping[str, Any]]], Fragment[P]]: ...
def fragment(
    template: str, *, per: Per | None = None, load_many: LoadMany | None = None, **options: Unpack[Options]
) -> Callable[[Callable[..., Mapping[str, Any]]], Fragment]:
    """Declare the decorated function as a fragment that renders ``template`` (``"app/file.html#partial"``).

    The function takes the fragment's parameters by name and returns the template's context. The HTML must be one
    element; its id and version are added to it. A fragment whose looks depend on the clock puts ``"next_change"``, an
    aware datetime, into the context: it is rendered again then. ``ObjectDoesNotExist`` means that it is gone.

    A parameter that has a default is an option: it says how the element looks and not which one it is. So a change of
    ``panel(pk=12)`` is one of all its renderings, whatever ``range`` a page asks for.

    ``per(user)`` declares what differs between viewers: it gives the audience (an int, a str, a tuple) that shares one
    rendering with the user, and the function gets it as its first parameter, ``audience``. With a parameter called
    ``context`` it gets the page's ``PageContext``, too. It is asked again every two seconds while a page is open, and a
    page whose audience is another by then shows that one's rendering.

    ``depends_on`` says what it is made of: a model (or ``"app.Model"``), the rows of which have its parameters as
    attributes; ``(model, function)``, where the function gives the parameters for a row (a dict, several, or None for
    no key); or a list of such. To save, delete or relate these rows is a ``changed()`` then: ``live.dependencies``.

    While somebody watches it, it is rendered at most once in ``interval_seconds``, however often it changes: a summary
    of much that changes all the time need not be as quick as what it is a summary of. 0, the default, is as often as
    the hub renders anything. Raises ``FragmentError`` for more than ``MAX_INTERVAL_SECONDS``.

    ``load_many(keys)`` reads what all that are rendered together are made of. It is given a list of what the parameter
    is (of several parameters, of named tuples), and gives a mapping of these; what is not in it is gone. The function
    gets its own as its first parameter, behind the audience. What it returns may depend on that alone, and on the clock
    where it says ``next_change``: while what is loaded stays the same, nothing else has it rendered within 30 seconds
    but a ``changed``.
    """
    if not isinstance(template, str):
        name = getattr(template, "__name__", template)
        raise FragmentError(f'{name} needs a template: @fragment("app/file.html#partial"), with it in parentheses')

    def declare(function: Callable[..., Mapping[str, Any]]) -> Fragment:
        return Fragment(function, template, per, load_many=load_many, **options)

    return declare
