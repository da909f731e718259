"""Pages on which admins manage people and groups."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.models import Invitation, Person
from accounts.roles import Role
from accounts.views import people

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def text(response: Any) -> str:
    """What somebody reads of a page."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def logged() -> list[str]:
    return [entry.change_message for entry in LogEntry.objects.order_by("pk")]


@pytest.fixture
def paths(bob: User) -> list[str]:
    group, invitation = Group.objects.create(name="Operators"), Invitation.objects.create(whom="Cleo")
    ends = ["", "invite/", f"invitations/{invitation.pk}/", f"{bob.pk}/", "groups/", f"groups/{group.pk}/"]
    return [f"/people/{end}" for end in ends]


def test_they_are_for_admins(client: Client, paths: list[str], root: User, bob: User) -> None:
    roles.set_role(bob, Role.EDITOR)
    bob.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    for method in (client.get, client.post):
        assert [method(path).status_code for path in paths[1:]] == [302] * 5
    assert client.get(paths[0]).headers["Location"] == "/accounts/login/?next=/people/"
    client.force_login(bob)
    assert [client.get(path).status_code for path in paths] == [403] * 6
    assert b'href="/people/"' not in client.get("/").content
    client.force_login(root)
    assert [client.get(path).status_code for path in paths] == [200] * 6
    assert all(client.get(path).headers["Cache-Control"].startswith("max-age=0") for path in paths)
    assert b'href="/people/"' in client.get("/").content
    for missing in ("4711/", "groups/4711/", "invitations/00000000-0000-0000-0000-000000000000/"):
        assert client.get(f"/people/{missing}").status_code == 404


def test_the_list_has_what_is_known_of_everybody(admin: Client, bob: User, django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    Person.objects.create(user=bob, last_seen=now - timedelta(hours=5))
    roles.set_role(bob, Role.EDITOR)
    bob.groups.add(Group.objects.create(name="Operators"))
    User.objects.create_user("cleo", is_active=False, last_login=now - timedelta(days=3))
    User.objects.create_user("dora")
    rows = text(admin.get("/people/"))
    assert "bob Editor Operators 5 hours ago active dora Viewer never active root Admin now active cleo Viewer" in rows
    assert "3 days ago deactivated" in rows
    for number in range(people.PER_PAGE):
        User.objects.create_user(f"x{number}").groups.add(Group.objects.get(name="Operators"))
    with django_assert_max_num_queries(20):
        rows = text(admin.get("/people/"))
    assert "cleo" not in rows and "cleo" in text(admin.get("/people/?page=2"))


def test_role_and_groups_are_changed(admin: Client, bob: User) -> None:
    groups = [Group.objects.create(name=name) for name in ("Berlin", "Operators")]
    form = {"role": "editor", "groups": [group.pk for group in groups]}
    assert admin.post(f"/people/{bob.pk}/", form).headers["Location"] == "/people/"
    assert roles.role_of(bob) == Role.EDITOR
    assert set(roles.groups().filter(user=bob)) == set(groups)
    page = admin.get(f"/people/{bob.pk}/").content.decode().partition("<main")[2].partition("</main>")[0]
    assert page.count(" checked>") == 2 and '<option value="editor" selected>' in page and roles.EDITORS not in page
    admin.post(f"/people/{bob.pk}/", {"role": "editor", "groups": [groups[0].pk]})
    assert roles.role_of(bob) == Role.EDITOR and set(roles.groups().filter(user=bob)) == {groups[0]}
    assert logged() == ["Role editor; groups: Berlin, Operators.", "Role editor; groups: Berlin."]


@pytest.mark.parametrize(
    "form",
    [{}, {"role": "king"}, {"role": "viewer", "groups": ["4711"]}, {"role": "viewer", "groups": ["x"]}, {"do": "x"}],
)
def test_bad_input_changes_nothing(admin: Client, bob: User, form: dict[str, Any]) -> None:
    roles.set_role(bob, Role.EDITOR)
    assert admin.post(f"/people/{bob.pk}/", form).status_code == (400 if "do" in form else 422)
    role = Group.objects.get(name=roles.EDITORS)
    assert admin.post(f"/people/{bob.pk}/", {"role": "viewer", "groups": [role.pk]}).status_code == 422
    assert roles.role_of(bob) == Role.EDITOR and logged() == []


def test_a_group_that_contradicts_the_role_is_said_and_nothing_is_changed(admin: Client, bob: User) -> None:
    group = Group.objects.create(name="Makers")
    group.permissions.add(Permission.objects.get(codename="change_board"))
    response = admin.post(f"/people/{bob.pk}/", {"role": "viewer", "groups": [group.pk]})
    assert response.status_code == 422 and "bob is in a group that may change boards: Makers." in text(response)
    assert not bob.groups.exists()
    assert admin.post(f"/people/{bob.pk}/", {"role": "editor", "groups": [group.pk]}).status_code == 302


def test_whoever_is_staff_by_the_admin_stays_it_until_their_role_changes(admin: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert "They also use the admin pages" in text(admin.get(f"/people/{bob.pk}/"))
    for role, staff in (("viewer", True), ("editor", False)):
        admin.post(f"/people/{bob.pk}/", {"role": role})
        assert User.objects.get(pk=bob.pk).is_staff == staff


def test_the_last_admin_is_neither_demoted_nor_deactivated(admin: Client, root: User, bob: User) -> None:
    for form in ({"role": "editor"}, {"do": "deactivate"}):
        response = admin.post(f"/people/{root.pk}/", form)
        assert "This is the last admin. Make somebody else an admin first." in text(response)
        assert roles.is_admin(User.objects.get(pk=root.pk))
    admin.post(f"/people/{bob.pk}/", {"role": "admin"})
    assert admin.post(f"/people/{root.pk}/", {"role": "viewer"}).headers["Location"] == "/", "they see no list any more"
    assert admin.get("/people/").status_code == 403
    assert not User.objects.get(pk=root.pk).is_staff


def test_whoever_is_deactivated_is_signed_out_also_when_they_are_active_again(admin: Client, bob: User) -> None:
    theirs = Client()
    theirs.force_login(bob)
    response = admin.post(f"/people/{bob.pk}/", {"do": "deactivate"}, follow=True)
    assert "deactivated" in text(response) and b"bob is deactivated and signed out." in response.content
    assert theirs.get("/account/").status_code == 302
    assert not Client().login(username="bob", password="a password of many letters")
    page = text(admin.get(f"/people/{bob.pk}/"))
    assert "bob cannot sign in." in page and "Make a link" not in page
    assert admin.post(f"/people/{bob.pk}/", {"do": "reset"}).status_code == 400
    admin.post(f"/people/{bob.pk}/", {"do": "activate"})
    assert theirs.get("/account/").status_code == 302
    theirs.force_login(User.objects.get(pk=bob.pk))
    assert theirs.get("/account/").status_code == 200
    assert logged() == ["Deactivated.", "Activated."]


def test_groups_are_made_renamed_and_deleted(admin: Client, bob: User) -> None:
    assert admin.post("/people/groups/", {"name": "Operators"}).status_code == 302
    group = Group.objects.get(name="Operators")
    bob.groups.add(group)
    assert "Operators 1 person" in text(admin.get("/people/groups/"))
    path = f"/people/groups/{group.pk}/"
    assert "bob" in text(admin.get(path))
    for path_of_form in ("/people/groups/", path):
        for name in ("", "role:editor", "x" * 200):
            assert admin.post(path_of_form, {"name": name}).status_code == 422
    admin.post("/people/groups/", {"name": "Berlin"})
    response = admin.post(path, {"name": "Berlin"})
    assert response.status_code == 422 and "already exists" in text(response)
    assert "<h1>Operators</h1>" in response.content.decode()
    assert admin.post(path, {"name": "Hands"}).status_code == 302
    assert [group.name for group in roles.groups()] == ["Berlin", "Hands"]
    assert admin.post(path, {"do": "delete"}).status_code == 302
    assert [group.name for group in roles.groups()] == ["Berlin"] and User.objects.filter(pk=bob.pk).exists()
    assert logged() == [
        "Made the group.",
        "Made the group.",
        "Renamed the group, which was Operators.",
        "Deleted the group.",
    ]


def test_a_role_is_no_group_to_rename_or_delete(admin: Client, bob: User) -> None:
    roles.set_role(bob, Role.EDITOR)
    role = Group.objects.get(name=roles.EDITORS)
    assert admin.post(f"/people/groups/{role.pk}/", {"do": "delete"}).status_code == 404
    assert "role:" not in text(admin.get("/people/groups/"))
