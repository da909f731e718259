"""Questions about users that are asked for all of them at once about whom is asked together.

While pages are open, who may see them is asked again every two seconds for thousands of users. A ``visible_to`` or
``per`` that asks the database would ask it for each; with a function like this it asks once for all of them:

    @asked_together
    def tenants(users):  # one query; one answer for each user, in the order of the users
        by_user = dict(Member.objects.filter(user__in=...).values_list("user", "tenant"))
        return [by_user.get(user.pk) for user in users]

    @invoice.visible_to
    def _(user, pk):
        return tenants(user) == ...

Elsewhere, as in a view, ``tenants(user)`` asks for that user alone. What the function takes beside the users are things
that are the same for many, such as the key of an object.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, PermissionsMixin

Answer = TypeVar("Answer")
AskAll = Callable[..., Iterable[Answer]]
NONE: frozenset[str] = frozenset()


class Together:
    """These users, for as long as is asked about them, in one thread."""

    def __init__(self, users: Iterable[Any]) -> None:
        self._users = list(users)
        self._answers: dict[Any, dict[int, Any]] = {}

    def __enter__(self) -> None:
        permissions = _are_djangos_own()
        for user in self._users:
            user.live_together = self
            if permissions and not user.is_anonymous and not user.is_superuser:
                # Where ModelBackend keeps what it has asked.
                user._perm_cache = _Permissions(user)

    def __exit__(self, *exception: object) -> None:
        for user in self._users:
            user.__dict__.pop("live_together", None)
            user.__dict__.pop("_perm_cache", None)

    def ask(self, ask_all: AskAll[Answer], args: tuple[Any, ...]) -> dict[int, Answer]:
        """The answer about each user, by their ``id()``."""
        answers: dict[int, Answer] | None = self._answers.get((ask_all, args))
        if answers is None:
            answers = dict(zip(map(id, self._users), ask_all(self._users, *args), strict=True))
            self._answers[ask_all, args] = answers
        return answers


def asked_together(ask_all: AskAll[Answer]) -> Callable[..., Answer]:
    """Decorator: a function of users that gives one answer for each of them, in their order, becomes one of a user. It
    is called once for all of whom open pages are, and what it asks of the database is asked once.
    """

    @wraps(ask_all)
    def ask(user: Any, *args: Any) -> Answer:
        together: Together | None = getattr(user, "live_together", None)
        if together is not None:
            return together.ask(ask_all, args)[id(user)]
        [answer] = ask_all([user], *args)
        return answer

    return ask


def _are_djangos_own() -> bool:
    """Whether ``has_perm`` looks where ``ModelBackend`` does."""
    ours = [backend for backend in get_backends() if isinstance(backend, ModelBackend)]
    names = ("_get_permissions", "_get_user_permissions", "_get_group_permissions", "get_all_permissions")
    own = all(getattr(type(backend), name) is getattr(ModelBackend, name) for backend in ours for name in names)
    return bool(ours) and own and issubclass(get_user_model(), PermissionsMixin)


@asked_together
def group_pks(users: Sequence[Any]) -> list[Sequence[int]]:
    """The primary keys of the groups that each is in."""
    by_user: dict[Any, list[int]] = {}
    signed_in = {user.pk for user in users if user.is_authenticated and hasattr(user.__class__, "groups")}
    if signed_in:  # a user model need not have any
        members = get_user_model()._default_manager.filter(pk__in=signed_in, groups__isnull=False).order_by()
        for pk, group in members.values_list("pk", "groups"):
            by_user.setdefault(pk, []).append(group)
    return [by_user.get(user.pk, ()) for user in users]


@asked_together
def _permissions(users: Sequence[Any]) -> list[AbstractSet[str]]:
    """Those of the user and those of their groups; of each group once, however many are in it. Superusers and who is
    nobody are never asked about."""
    groups = [tuple(group_pks(user)) for user in users]
    by_group = _permissions_of("group", {pk for pks in groups for pk in pks})
    by_groups = {pks: NONE.union(*(by_group.get(pk, NONE) for pk in pks)) for pks in set(groups)}
    by_user = _permissions_of("user", {user.pk for user in users if not user.is_anonymous and not user.is_superuser})
    both = ((by_user.get(user.pk, NONE), by_groups[pks]) for user, pks in zip(users, groups, strict=True))
    return [own | grouped if own and grouped else own or grouped for own, grouped in both]


def _permissions_of(kind: str, pks: set[Any]) -> dict[Any, set[str]]:
    """The permissions of users or groups; those without any are left out."""
    names: dict[Any, set[str]] = defaultdict(set)
    rows = Permission.objects.filter(**{f"{kind}__pk__in": pks}).order_by()
    for pk, app, codename in rows.values_list(kind, "content_type__app_label", "codename"):
        names[pk].add(f"{app}.{codename}")
    return names


class _Permissions(AbstractSet[str]):
    """Stands where ``ModelBackend`` keeps a user's permissions once it has asked for them: asked at the first look."""

    __slots__ = ("_user",)

    def __init__(self, user: Any) -> None:
        self._user = user

    def __contains__(self, name: object) -> bool:
        return name in _permissions(self._user)

    def __iter__(self) -> Iterator[str]:
        return iter(_permissions(self._user))

    def __len__(self) -> int:
        return len(_permissions(self._user))
