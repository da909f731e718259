"""The three roles, over Django's permissions."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import ValidationError

from accounts import roles
from accounts.roles import Role

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def make(name: str, role: Role = Role.VIEWER) -> User:
    user = User.objects.create_user(name)
    roles.set_role(user, role)
    return User.objects.get(pk=user.pk)


def test_a_role_is_what_django_asks() -> None:
    viewer, editor, admin = (make(role, role) for role in Role)
    assert [roles.role_of(user) for user in (viewer, editor, admin)] == list(Role)
    assert [user.has_perm("boards.change_board") for user in (viewer, editor, admin)] == [False, True, True]
    assert editor.get_all_permissions() == {
        f"boards.{action}_{model}" for action in ("add", "change", "delete", "view") for model in ("board", "panel")
    }
    assert [user.is_staff for user in (viewer, editor, admin)] == [False, False, True]
    assert [roles.is_admin(user) for user in (viewer, editor, admin, AnonymousUser())] == [False, False, True, False]


def test_whoever_was_given_permissions_in_the_admin_has_the_role_that_goes_with_them() -> None:
    own, grouped, staff = (User.objects.create_user(name) for name in ("own", "grouped", "staff"))
    change = Permission.objects.get(codename="change_board")
    own.user_permissions.add(change)
    Group.objects.create(name="Makers").permissions.add(change)
    grouped.groups.add(Group.objects.get(name="Makers"))
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    root = User.objects.create_superuser("root")
    assert [roles.role_of(user) for user in (own, grouped, staff, root)] == ["editor", "editor", "viewer", "admin"]
    roles.set_role(own, Role.VIEWER)
    assert roles.role_of(own) == Role.VIEWER


def test_every_role_can_become_every_other() -> None:
    make("root", Role.ADMIN)
    user = make("ada")
    for role in [*Role, *reversed(Role), Role.ADMIN, Role.VIEWER]:
        roles.set_role(user, role)
        user = User.objects.get(pk=user.pk)
        assert (roles.role_of(user), user.is_staff) == (role, role == Role.ADMIN)


def test_roles_of_many_take_one_query(django_assert_num_queries: Any) -> None:
    users = [make(str(number), role) for number, role in enumerate([*Role, *Role])]
    with django_assert_num_queries(1):
        assert list(roles.roles_of(users).values()) == [*Role, *Role]


def test_a_role_that_another_group_contradicts_is_refused_and_nothing_is_changed() -> None:
    make("root", Role.ADMIN)
    user = make("ada", Role.ADMIN)
    group = Group.objects.create(name="Makers")
    group.permissions.add(Permission.objects.get(codename="change_board"))
    user.groups.add(group)
    with pytest.raises(ValidationError, match="ada is in a group that may change boards: Makers"):
        roles.set_role(user, Role.VIEWER)
    assert roles.role_of(User.objects.get(pk=user.pk)) == Role.ADMIN
    Group.objects.get(name=roles.EDITORS).permissions.clear()
    with pytest.raises(ValidationError, match="role:editor does not let anybody change boards any more"):
        roles.set_role(make("bob"), Role.EDITOR)


def test_the_last_admin_stays() -> None:
    ada = make("ada", Role.ADMIN)
    gone = make("gone", Role.ADMIN)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="last admin"):
        roles.set_role(ada, Role.EDITOR)
    assert roles.is_admin(User.objects.get(pk=ada.pk))
    make("bob", Role.ADMIN)
    roles.set_role(ada, Role.EDITOR)


def test_groups_to_choose_from_are_those_that_people_made() -> None:
    make("ada", Role.EDITOR)
    for name in ("Operators", "Berlin"):
        Group.objects.create(name=name)
    assert [group.name for group in roles.groups()] == ["Berlin", "Operators"]
