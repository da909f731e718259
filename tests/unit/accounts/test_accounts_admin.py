"""People in Django's admin."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.db.models.signals import pre_save
from django.test import Client

from accounts import roles
from tests.unit.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LAST = "This is the last admin"
FORM = {"username": "root", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}


def path(user: User, do: str = "change") -> str:
    return f"/admin/auth/user/{user.pk}/{do}/"


@pytest.mark.parametrize("rights", [{"is_active": "on"}, {"is_superuser": "on"}, {}])
def test_the_last_admin_is_neither_demoted_nor_deactivated(admin: Client, root: User, rights: dict[str, str]) -> None:
    form = {**FORM, "is_staff": "on", **rights}
    response = admin.post(path(root), form)
    assert response.status_code == 200 and LAST in response.content.decode()
    assert roles.is_admin(User.objects.get(pk=root.pk))
    User.objects.create_superuser("other")
    assert admin.post(path(root), form).status_code == 302
    assert not roles.is_admin(User.objects.get(pk=root.pk))


def test_everybody_else_is_changed_as_ever(admin: Client, bob: User, root: User) -> None:
    assert admin.post(path(bob), {**FORM, "username": "bobby"}).status_code == 302
    assert not User.objects.get(username="bobby").is_active
    rights = dict.fromkeys(["is_active", "is_staff", "is_superuser"], "on")
    assert admin.post(path(root), {**FORM, **rights}).status_code == 302


def test_the_last_admin_is_not_deleted(admin: Client, bob: User, root: User) -> None:
    several = {"action": "delete_selected", "_selected_action": [bob.pk, root.pk], "post": "yes"}
    for response in (admin.post(path(root, "delete"), {"post": "yes"}), admin.post("/admin/auth/user/", several)):
        assert response.status_code != 302 and LAST in response.content.decode()
    assert User.objects.count() == 2
    assert admin.post(path(bob, "delete"), {"post": "yes"}).status_code == 302
    other = User.objects.create_superuser("other")
    assert admin.post(path(other, "delete"), {"post": "yes"}).status_code == 302
    assert list(User.objects.all()) == [root]


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_take_each_others_rights_at_the_same_moment_leave_one(quick_passwords: None) -> None:
    names, both = ("ada", "bob"), Barrier(2)
    users = {name: User.objects.create_superuser(name, password=PASSWORD) for name in names}
    clients = {name: Client() for name in names}
    for name, client in clients.items():
        client.force_login(users[name])

    def wait(**kwargs: object) -> None:
        # Where one of them waits for the other it goes on alone.
        with suppress(BrokenBarrierError):
            both.wait(timeout=1)

    def demote(name: str) -> int:
        (other,) = set(names) - {name}
        try:
            form = {**FORM, "username": other, "is_active": "on", "is_staff": "on"}
            return int(clients[name].post(path(users[other]), form).status_code)
        finally:
            connections.close_all()

    pre_save.connect(wait, sender=User)
    try:
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(demote, names))
    finally:
        pre_save.disconnect(wait, sender=User)
    assert roles.admins().count() == 1 and 302 in statuses
