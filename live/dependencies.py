"""Say once what a fragment is made of, in place of a ``changed()`` wherever that is written.

    @fragment("shop/order.html#row", depends_on=[Order, (Item, lambda item: {"pk": item.order_id})])
    def row(pk: int): ...

A row that is saved, deleted, made by ``bulk_create``, or put into a many-to-many relation changes the fragments of that
row, at the commit of its database. ``update`` and ``bulk_update`` do not know their rows, and are about all keys of the
fragment. SQL of one's own, what a database does by itself, and relations that go with a deleted row show at the next
sweep.

Django has signals for single rows; what concerns many of them is noticed in ``QuerySet``, by which it goes in every
manager. A model that nothing depends on has neither a receiver nor a query more.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, wraps
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Model, QuerySet
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save

from live import changes, metrics
from live.keys import ANY, FragmentError, RenderingId
from live.limited_log import LimitedLog
from live.parameters import Parameters, check_question
from live.rendering.strict import is_strict

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# Of more rows at once, all keys of the fragment are what has changed.
MAX_ROWS = 500
# What a row was before it was saved, kept on it until it is.
_BEFORE = "_live_changed_before"

# The parameters of what a row changes: of one key, of several, or of none.
Params = Mapping[str, Any]
ParamsOf = Callable[[Any], Params | Iterable[Params] | None]
# A model, or "app.Model".
ModelOrName = type[Model] | str
DependsOn = ModelOrName | tuple[ModelOrName, ParamsOf] | list[ModelOrName | tuple[ModelOrName, ParamsOf]]


class Declared(Protocol):
    """The fragment that depends on something."""

    name: str
    parameters: Parameters

    def changed_id(self, **params: Any) -> RenderingId:
        """What is announced of the fragment with these parameters."""


class Dependency:
    """A fragment depends on the rows of a model. ``params_of(row)`` says which of its keys; without it they have the
    row's attributes of the same names."""

    def __init__(self, fragment: Declared, model: type[Model], params_of: ParamsOf | None) -> None:
        self._fragment, self.model, self._params_of = fragment, model, params_of
        required = fragment.parameters.required
        if params_of is None and (missing := [name for name in required if not hasattr(model, name)]):
            raise FragmentError(
                f"{fragment.name} depends on {model.__name__}, which has no {', '.join(missing)}: say which of its keys"
                f' a row changes, as in depends_on=({model.__name__}, lambda row: {{"{missing[0]}": ...}})'
            )

    @cached_property
    def all_keys(self) -> RenderingId:
        """For where it is not known which rows have changed."""
        return self._fragment.changed_id(**dict.fromkeys(self._fragment.parameters.required, ANY))

    @property
    def may_move(self) -> bool:
        """Whether a row that is saved may be another key's than before."""
        return self._params_of is not None or not {*self._fragment.parameters.required} <= {"pk"}

    def ids(self, row: Model) -> set[RenderingId]:
        """What a row changes. An error in ``params_of`` is raised where it is strict, and elsewhere logged: then it is
        about all keys. Who saves a row cannot help it."""
        base = self.model._meta.concrete_model or self.model
        if not isinstance(row, base):  # of a model from which that one inherits
            return {self.all_keys}
        if not isinstance(row, self.model):  # that one is a proxy
            values, row = vars(row), self.model.__new__(self.model)
            vars(row).update(values)
        try:
            return {self._fragment.changed_id(**params) for params in self._params(row) if None not in params.values()}
        except Exception:
            if is_strict():
                raise
            metrics.failures.labels("depends_on").inc()
            if (more := limited_log.next(self._fragment.name)) is not None:
                logger.exception("which %s a row changes could not be asked%s", self._fragment.name, more)
            return {self.all_keys}

    def ids_by_pk(self, model: type[Model], pks: Iterable[Any], using: str) -> set[RenderingId]:
        """What rows change of which only the keys are known."""
        rows = model._base_manager.using(using).filter(pk__in=pks) if self.may_move else [model(pk=pk) for pk in pks]
        return {id for row in rows for id in self.ids(row)}

    def _params(self, row: Model) -> Iterable[Params]:
        if self._params_of is None:
            return [{name: getattr(row, name) for name in self._fragment.parameters.required}]
        params = self._params_of(row)
        return [params] if isinstance(params, Mapping) else params or []


_by_model: dict[type[Model], list[Dependency]] = {}
_by_through: dict[type[Model], list[Dependency]] = {}
# Declared before the models were loaded.
_waiting: list[tuple[Declared, ModelOrName, ParamsOf | None]] = []


def declare(fragment: Declared, depends_on: DependsOn) -> None:
    """From now on, what changes rows of these models changes the fragment. Raises ``FragmentError`` where it cannot."""
    declared: list[tuple[Declared, ModelOrName, ParamsOf | None]] = []
    for one in depends_on if isinstance(depends_on, list) else [depends_on]:
        model, params_of = one if isinstance(one, tuple) and len(one) == 2 else (one, None)
        is_model = isinstance(model, str) or (isinstance(model, type) and issubclass(model, Model))
        if not is_model or isinstance(params_of, type) or not (params_of is None or callable(params_of)):
            words = "depends_on takes a model, (model, function), or a list of such"
            raise FragmentError(f"{fragment.name}: {words}, not {one!r}")
        if params_of is not None:
            check_question(fragment.name, "the function of depends_on", params_of, "row")
        declared.append((fragment, model, params_of))
    _waiting.extend(declared)
    if apps.models_ready:
        connect()


def connect() -> None:
    """Called when the models are loaded, for what was declared before."""
    waiting, _waiting[:] = list(_waiting), []
    for fragment, name, params_of in waiting:
        try:
            model = apps.get_model(name) if isinstance(name, str) else name
        except (LookupError, ValueError) as error:
            raise FragmentError(f"{fragment.name} depends on {name!r}, which is no model: {error}") from None
        _connect(Dependency(fragment, model, params_of))


def _connect(dependency: Dependency) -> None:
    _notice_many()
    for model in dependency.model._meta.apps.get_models(include_auto_created=True):
        if not _may_share_rows(model, dependency.model):
            continue
        _by_model.setdefault(model, []).append(dependency)
        for signal, receiver in ((pre_save, _before_save), (post_save, _after_save), (pre_delete, _before_delete)):
            signal.connect(receiver, sender=model)
        for field in model._meta.get_fields(include_hidden=True):
            if field.many_to_many:
                through = getattr(field, "through", None) or field.remote_field.through  # type: ignore[union-attr]
                m2m_changed.connect(_after_m2m, sender=through)
                if dependency not in _by_through.setdefault(through, []):
                    _by_through[through].append(dependency)


def _may_share_rows(model: type[Model], other: type[Model]) -> bool:
    """Whether a row of one may be a row of the other: the same model, a proxy, or one inherits from the other."""
    concrete, another = (one._meta.concrete_model or one for one in (model, other))
    return issubclass(concrete, another) or issubclass(another, concrete)


def _before_save(sender: type[Model], instance: Model, raw: bool, using: str, **kwargs: Any) -> None:
    """A row that moves from one key to another changes both; which one it leaves, the database alone knows."""
    moving = [dependency for dependency in _by_model.get(sender, ()) if dependency.may_move]
    if moving and not raw and not instance._state.adding:
        before = vars(instance).setdefault(_BEFORE, set())
        for row in sender._base_manager.using(using).filter(pk=instance.pk):
            before.update(*(dependency.ids(row) for dependency in moving))


def _after_save(sender: type[Model], instance: Model, raw: bool, using: str, **kwargs: Any) -> None:
    ids: set[RenderingId] = vars(instance).pop(_BEFORE, set())
    for dependency in _by_model.get(sender, ()):
        # What a row of a fixture refers to may come after it.
        ids |= {dependency.all_keys} if raw else dependency.ids(instance)
    _announce(ids, using)


def _before_delete(sender: type[Model], instance: Model, using: str, **kwargs: Any) -> None:
    """While what it refers to is there; a deletion is in a transaction."""
    _announce({id for dependency in _by_model.get(sender, ()) for id in dependency.ids(instance)}, using)


def _after_m2m(
    sender: type[Model],
    instance: Model,
    action: str,
    model: type[Model],
    pk_set: set[Any] | None,
    using: str,
    **kwargs: Any,
) -> None:
    if not action.startswith("post_") or pk_set == set():
        return
    ids: set[RenderingId] = set()
    for dependency in _by_through.get(sender, ()):
        if _may_share_rows(type(instance), dependency.model):
            ids |= dependency.ids(instance)
        if _may_share_rows(model, dependency.model):
            is_known = pk_set is not None and len(pk_set) <= MAX_ROWS
            ids |= dependency.ids_by_pk(model, pk_set or (), using) if is_known else {dependency.all_keys}
    _announce(ids, using)


def _announce(ids: Iterable[RenderingId], using: str) -> None:
    if ids:
        changes.changed(*ids, using=using)


def _notice_many() -> None:
    """From now on ``QuerySet`` says what Django has no signals for."""
    if hasattr(QuerySet.update, "__wrapped__"):
        return
    update, bulk_create = QuerySet.update, QuerySet.bulk_create

    @wraps(update)
    def update_and_announce(self: QuerySet[Any], **values: Any) -> int:
        count = update(self, **values)
        if count:
            _announce({dependency.all_keys for dependency in _by_model.get(self.model, ())}, self.db)
        return count

    @wraps(bulk_create)
    def create_and_announce(
        self: QuerySet[Any],
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        *args: Any,
        **options: Any,
    ) -> list[Any]:
        rows = bulk_create(self, objs, batch_size, ignore_conflicts, update_conflicts, *args, **options)
        is_known = len(rows) <= MAX_ROWS and not update_conflicts
        ids: set[RenderingId] = set()
        for dependency in _by_model.get(self.model, ()) if rows else ():
            ids = ids.union(*map(dependency.ids, rows)) if is_known else ids | {dependency.all_keys}
        _announce(ids, self.db)
        return rows

    QuerySet.update = update_and_announce  # type: ignore[method-assign]
    QuerySet.bulk_create = create_and_announce  # type: ignore[method-assign]
