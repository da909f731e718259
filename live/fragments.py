"""What ``live.fragment`` makes: a function of the database with a name, a template and parameters.

A fragment is a *named* function that renders one template partial, so that any process can render it again at any
time, for anybody, knowing only its key: the name and the parameters. That is why the function gets no request. The
name is ``<app label>.<function name>``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, overload

from django.apps import apps

from live import changes, dependencies
from live.dependencies import DependsOn
from live.keys import Audience, FragmentError, Key, RenderingId, check_audience, element_id, id_part
from live.parameters import LOADED, Parameters, check_question

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    # The parameters of a key. A bare ``Fragment`` is one of any.
    P = ParamSpec("P", default=...)
else:
    from typing import ParamSpec

    P = ParamSpec("P")
# The longest that a fragment may wait to be rendered again: open pages are right within 5 seconds.
MAX_INTERVAL_SECONDS = 3.0
# Asked as visible_to(user, **params), with context= where it has a parameter of that name; so are the next two.
Visible = Callable[..., bool]
# Asked as visible_to_many(user, keys): those of them that the user may see.
VisibleMany = Callable[..., Iterable[Any]]
# Asked as per(user): the audience that shares one rendering with that user.
Per = Callable[..., Audience]
# Asked as load_many(keys): what each of them is rendered from.
LoadMany = Callable[[Any], Mapping[Any, Any]]


class Fragment(Generic[P]):
    """One declared fragment. Made by ``fragment``, found by ``Fragment.named``.

    What names its parameters is typed by its function, as far as types can say it: together with ``audience`` or
    ``using`` they may be anything.
    """

    registry: ClassVar[dict[str, "Fragment"]] = {}

    def __init__(
        self,
        function: Callable[..., Any],
        template: str,
        per: Per | None = None,
        interval_seconds: float = 0.0,
        load_many: LoadMany | None = None,
        depends_on: DependsOn | None = None,
    ) -> None:
        app = apps.get_containing_app_config(function.__module__)
        label = app.label if app else function.__module__.partition(".")[0]
        self.name = f"{label}.{function.__name__}"
        self.function = function
        self.template = template
        self.per = per
        self.interval_seconds = interval_seconds
        self.load_many = load_many
        self.may_see: Visible | None = None
        self.may_see_many: VisibleMany | None = None
        # Whether it is a part of what its page is about. What is beside that keeps no page open by itself.
        self.is_content = True
        # Whether it is an item of lists: what of these may not be seen, or is gone, is nothing that is to be said.
        self.is_item = False
        self.__doc__ = function.__doc__
        self.parameters = Parameters(
            self.name, function, [*(["audience"] if per else []), *([LOADED] if load_many else [])]
        )
        if not 0 <= interval_seconds <= MAX_INTERVAL_SECONDS:
            raise FragmentError(f"{self.name}: interval_seconds must be 0 to {MAX_INTERVAL_SECONDS:g}")
        if self.name in self.registry:
            raise FragmentError(f"{self.name} is declared twice")
        if per is not None:
            check_question(self.name, "per", per, "user", may_take_context=True)
        if load_many is not None:
            check_question(self.name, "load_many", load_many, "keys")
        if depends_on is not None:
            dependencies.declare(self, depends_on)
        self.registry[self.name] = self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    if not TYPE_CHECKING:  # for which it is an error anyway, that it is called
        do_not_call_in_templates = True

        def __call__(self, *args: Any, **params: Any) -> Any:
            """Always ``FragmentError``: where its decorator stands one may take it for the function that is below."""
            call = f"({', '.join([*map(repr, args), *(f'{name}={value!r}' for name, value in params.items())])})"
            name = self.function.__name__
            raise FragmentError(
                f"{self.name} is a fragment, and not called by itself: {name}.key{call} names it,"
                f" {name}.changed{call} announces it, and live.html_of({name}.key{call}) is its HTML"
            )

    @classmethod
    def named(cls, name: str) -> "Fragment":
        """The fragment of that name; ``FragmentError`` names those that exist."""
        try:
            return cls.registry[name]
        except KeyError:
            known = ", ".join(sorted(cls.registry)) or "none"
            quoted = "" if name else ' (in a template its name is in quotes: {% live "shop.row" %})'
            raise FragmentError(f"no fragment is called {name!r}{quoted}; declared are: {known}") from None

    def takes(self, name: str) -> bool:
        """Whether it has a parameter of that name."""
        return name in self.parameters

    @overload
    def key(self, *args: P.args, **params: P.kwargs) -> Key: ...
    @overload
    def key(self, *, audience: Audience, **params: Any) -> Key: ...
    def key(self, *args: Any, **params: Any) -> Key:
        """The key for these parameters, which are of the types in ``live.parameters`` (a string is read as what the
        annotation says). Those that have a default may be left out, which is the same as giving it.

        Of a fragment that differs per audience, ``audience`` may be given too: then it is the key of that one.
        """
        return self._key(self.parameters.named(args, params))

    def _key(self, params: dict[str, Any], *, may_be_any: bool = False) -> Key:
        audience = params.pop("audience", None) if self.per else None
        values, options = self.parameters.values(params, may_be_any=may_be_any), self.parameters.defaults
        element = element_id(self.name, *(value for name, value in values.items() if name not in options))
        audience = None if audience is None else check_audience(self.name, audience)
        option_texts = tuple(id_part(values[name]) for name in options) if options else None
        return Key(self.name, tuple(values.items()), element, audience, option_texts)

    @property
    def is_restricted(self) -> bool:
        """Whether it is not for everybody."""
        return self.may_see is not None or self.may_see_many is not None

    @property
    def is_batched(self) -> bool:
        """Whether many of them cost hardly more than one, as the database is asked about all of them at once."""
        return self.load_many is not None or self.may_see_many is not None

    def question(self, key: Key) -> Any:
        """What ``load_many`` and ``visible_to_many`` call that key: the value of its parameter; of several parameters a
        named tuple of their values."""
        return self.parameters.question(value for _, value in key.params)

    def context(self, key: Key, *loaded: Any) -> Mapping[str, Any]:
        """What the template is rendered with: the declared function, called. ``loaded`` is what ``load_many`` gave."""
        context = self.call(key, *loaded)
        if not isinstance(context, Mapping):
            raise FragmentError(f"{key} must return a dict for its template, not {type(context).__name__}")
        return context

    def call(self, key: Key, *loaded: Any) -> Any:
        """What the declared function returns."""
        supplied: list[Any] = []
        if self.per is not None:
            if key.audience is None:
                raise FragmentError(
                    f"{key} differs per audience, and nobody is here to tell which: give audience=, or put it on the"
                    " page itself, outside of other fragments"
                )
            supplied.append(key.audience)
        return self.function(*supplied, *loaded, **dict(key.params))

    def visible_to(self, function: Visible) -> Visible:
        """Decorator: who may see it, asked as ``function(user, **params)`` for the page, on connect and while open;
        where it has a parameter called ``context``, with the page's ``PageContext``, too.

        Without one, everybody who was given the page may see the fragment. On an open page, words stand in for what may
        not be seen any more, or is not there (``ObjectDoesNotExist``); where the function raises anything else, words
        that say so, until it answers.
        """
        self._check_one_way(self.may_see_many)
        check_question(self.name, "visible_to", function, "user", params=self.parameters, may_take_context=True)
        self.may_see = function
        return function

    def visible_to_many(self, function: VisibleMany) -> VisibleMany:
        """Decorator, instead of ``visible_to``: of all of a page, as ``load_many`` has them, those that a user may see;
        asked as ``function(user, keys)``."""
        self._check_one_way(self.may_see)
        check_question(self.name, "visible_to_many", function, "user", "keys", may_take_context=True)
        self.may_see_many = function
        return function

    def _check_one_way(self, other: object) -> None:
        if other is not None:
            raise FragmentError(f"{self.name} has a visible_to or a visible_to_many, and not both")

    @overload
    def changed(self, *args: P.args, **params: P.kwargs) -> None: ...
    @overload
    def changed(self, *, using: str | None, **params: Any) -> None: ...
    @overload
    def changed(self, *, audience: Audience, **params: Any) -> None: ...
    def changed(self, *args: Any, **params: Any) -> None:
        """Say that this fragment may look different once the current transaction has committed.

        Cheap, callable from anywhere (a view, a signal, a command, a task), and only a hint: the fragment is rendered
        where somebody watches it, and sent where its HTML differs. Without ``audience`` it may for all audiences, and
        without its options (parameters with a default) with all that there are. ``row.changed(pk=ANY)`` is about all
        rows that somebody watches: a parameter that is ``live.ANY`` may have any value. ``using`` is the database whose
        transaction that is, for fragments that have no parameter of that name; without it, it is the one that is open.
        """
        using = None if self.takes("using") else params.pop("using", None)
        changes.changed(self.changed_id(*args, **params), using=using)

    @overload
    def changed_id(self, *args: P.args, **params: P.kwargs) -> RenderingId: ...
    @overload
    def changed_id(self, *, audience: Audience, **params: Any) -> RenderingId: ...
    def changed_id(self, *args: Any, **params: Any) -> RenderingId:
        """What ``changed`` announces: for several at once, ``live.changes.changed(*ids)`` is one hint."""
        named = self.parameters.named(args, params)
        id = self._key(named, may_be_any=True).id
        return id if named.keys() & self.parameters.defaults.keys() else id._replace(options=None)
