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

from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from typing import Any, TypeVar

from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, PermissionsMixin
from django.utils.functional import SimpleLazyObject

Answer = TypeVar("Answer")
AskAll = Callable[..., Iterable[Answer]]


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
                user._user_perm_cache = SimpleLazyObject(partial(self.ask, id(user), _user_permissions))
                user._group_perm_cache = SimpleLazyObject(partial(self.ask, id(user), _group_permissions))

    def __exit__(self, *exception: object) -> None:
        for user in self._users:
            for name in ("live_together", "_user_perm_cache", "_group_perm_cache", "_perm_cache"):
                user.__dict__.pop(name, None)

    def ask(self, user: int, ask_all: AskAll[Answer], *args: Any) -> Answer:
        """The answer about the user with this ``id()``."""
        answers = self._answers.get((ask_all, args))
        if answers is None:
            answers = dict(zip(map(id, self._users), ask_all(self._users, *args), strict=True))
            self._answers[ask_all, args] = answers
        answer: Answer = answers[user]
        return answer


def asked_together(ask_all: AskAll[Answer]) -> Callable[..., Answer]:
    """Decorator: a function of users that gives one answer for each becomes one of a user; see above."""

    @wraps(ask_all)
    def ask(user: Any, *args: Any) -> Answer:
        together: Together | None = getattr(user, "live_together", None)
        if together is not None:
            return together.ask(id(user), ask_all, *args)
        [answer] = ask_all([user], *args)
        return answer

    return ask


def _are_djangos_own() -> bool:
    """Whether ``has_perm`` looks where ``ModelBackend`` does."""
    ours = [backend for backend in get_backends() if isinstance(backend, ModelBackend)]
    names = ("_get_permissions", "_get_user_permissions", "_get_group_permissions", "get_all_permissions")
    own = all(getattr(type(backend), name) is getattr(ModelBackend, name) for backend in ours for name in names)
    return bool(ours) and own and issubclass(get_user_model(), PermissionsMixin)


def _user_permissions(users: Sequence[Any]) -> list[set[str]]:
    return _permissions(users, "user")


def _group_permissions(users: Sequence[Any]) -> list[set[str]]:
    return _permissions(users, "group__user")


def _permissions(users: Sequence[Any], through: str) -> list[set[str]]:
    """The permissions that each has that way; of superusers and of who is nobody nothing is asked."""
    signed_in = {user.pk for user in users if not user.is_anonymous and not user.is_superuser}
    by_user: dict[Any, set[str]] = {pk: set() for pk in signed_in}
    rows = Permission.objects.filter(**{f"{through}__in": signed_in}).order_by()
    for pk, app, name in rows.values_list(through, "content_type__app_label", "codename"):
        by_user[pk].add(f"{app}.{name}")
    return [by_user.get(user.pk, set()) for user in users]
