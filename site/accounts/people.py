"""What an admin does with people. Whatever is done is in the audit log of Django's admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import F, Model, Prefetch, QuerySet

from accounts import links, roles, sessions
from accounts.models import Person
from accounts.roles import Role

ADDED, CHANGED, DELETED = ADDITION, CHANGE, DELETION


class Row(NamedTuple):
    """One line of the list. ``last_seen`` is None for somebody who was never here."""

    user: User
    role: Role
    groups: list[Group]
    last_seen: datetime | None


def everybody() -> QuerySet[User]:
    """All people: those who may sign in first, then by name."""
    groups = Prefetch("groups", roles.groups(), to_attr="own_groups")
    return User.objects.select_related("person").prefetch_related(groups).order_by(F("is_active").desc(), "username")


def rows(users: Iterable[User]) -> list[Row]:
    """What the list shows of these people: a handful of queries, however many they are."""
    some = list(users)
    named = roles.roles_of(some)
    return [
        Row(user, named[user.pk], user.own_groups, _last_seen(user))  # type: ignore[attr-defined]
        for user in some
    ]


def _last_seen(user: User) -> datetime | None:
    person: Person | None = getattr(user, "person", None)
    return (person and person.last_seen) or user.last_login


@transaction.atomic
def deactivate(user: User) -> None:
    """Nothing of them works any more: sign-in, sessions, open pages, links. Raises ``ValidationError`` for the last
    admin."""
    with roles.an_admin_remains():
        user.is_active = False
        user.save(update_fields=["is_active"])
    # Not only until they are active again.
    sessions.end_all(user)
    links.revoke_reset_links(user)


def activate(user: User) -> None:
    """They may sign in again, with the password that they had."""
    user.is_active = True
    user.save(update_fields=["is_active"])


def record(admin: User, changed: Model, action: int, what: str) -> None:
    """An entry of the audit log: who did what to whom."""
    LogEntry.objects.log_actions(admin.pk, [changed], action, what, single_object=True)
