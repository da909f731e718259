"""Links by which somebody gets in: signed, used once, expiring, revocable."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models.signals import pre_delete
from django.test import Client
from django.utils import timezone

from accounts import roles, throttle
from accounts.models import INVITATION_DAYS, FailedSignIn, Invitation
from accounts.roles import Role
from tests.unit.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NEW = "another password of letters"
ACCOUNT = {"username": "cleo", "password1": NEW, "password2": NEW}
RESET = {"new_password1": NEW, "new_password2": NEW}


def link_on(response: Any) -> str:
    """The path of the link that is on a page to be copied."""
    [link] = re.findall(r'readonly value="http://testserver([^"]+)"', response.content.decode())
    return str(link)


def invite(admin: Client, **form: Any) -> str:
    return link_on(admin.post("/people/invite/", {"whom": "Cleo", "role": "viewer", **form}, follow=True))


def reset_link(admin: Client, user: User) -> str:
    return link_on(admin.post(f"/people/{user.pk}/", {"do": "reset"}))


def opened(link: str, client: Client | None = None) -> tuple[Client, Any]:
    """The form behind a link to a new password: Django takes the token out of the address first."""
    client = client or Client()
    return client, client.get(link, follow=True)


def is_of_no_use(link: str) -> bool:
    """For reading as for sending; and it does not say why."""
    responses = [Client().get(link, follow=True), Client().post(link, ACCOUNT | RESET, follow=True)]
    assert len({response.status_code for response in responses}) == 1
    return responses[0].status_code == 404 and "This link does not work" in responses[0].content.decode()


# Invitations


def test_who_is_invited_makes_an_account_with_its_role_and_groups_and_is_signed_in(admin: Client) -> None:
    group = Group.objects.create(name="Operators")
    link, guest = invite(admin, role="editor", groups=[group.pk]), Client()
    assert "Choose a name and a password" in guest.get(link).content.decode()
    assert guest.post(link, ACCOUNT).headers["Location"] == "/"
    cleo = User.objects.get(username="cleo")
    assert roles.role_of(cleo) == Role.EDITOR and list(roles.groups().filter(user=cleo)) == [group]
    assert "cleo" in guest.get("/account/").content.decode()
    assert Client().login(username="cleo", password=NEW)


def test_groups_that_do_not_go_with_the_role_are_refused_and_the_link_goes_on(admin: Client) -> None:
    group, edits = Group.objects.create(name="Operators"), Permission.objects.get(codename="change_board")
    link, guest = invite(admin, groups=[group.pk]), Client()
    group.permissions.add(edits)
    response = admin.post("/people/invite/", {"whom": "Dora", "role": "viewer", "groups": [group.pk]})
    assert response.status_code == 422 and "is no viewer: Operators." in response.content.decode()
    response = guest.post(link, ACCOUNT)
    assert response.status_code == 422 and "is in a group that may change boards" in response.content.decode()
    assert not User.objects.filter(username="cleo").exists()
    group.permissions.remove(edits)
    assert guest.post(link, ACCOUNT).status_code == 302


def test_a_name_that_somebody_takes_at_the_same_moment_is_an_error_of_the_form(admin: Client) -> None:
    link = invite(admin)

    def take_the_name(**kwargs: object) -> None:
        User.objects.create_user("cleo")

    pre_delete.connect(take_the_name, sender=Invitation)
    try:
        response = Client().post(link, ACCOUNT)
    finally:
        pre_delete.disconnect(take_the_name, sender=Invitation)
    assert response.status_code == 422 and "already exists" in response.content.decode()
    assert Client().post(link, ACCOUNT).status_code == 302


def test_it_works_once(admin: Client) -> None:
    link = invite(admin)
    Client().post(link, ACCOUNT)
    assert is_of_no_use(link) and not Invitation.objects.exists()


def test_who_opens_it_at_the_same_moment_as_somebody_else_makes_no_second_account(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = invite(admin)
    invitation = Invitation.objects.get()
    Client().post(link, ACCOUNT)
    monkeypatch.setattr("accounts.links.invitation_of", lambda link: invitation)
    assert Client().post(link, {**ACCOUNT, "username": "dora"}).status_code == 404
    assert not User.objects.filter(username="dora").exists()


def test_it_expires_and_is_then_on_no_list(admin: Client) -> None:
    link = invite(admin)
    made = timezone.now() - timedelta(days=INVITATION_DAYS)
    Invitation.objects.update(created_at=made + timedelta(minutes=1))
    assert Client().get(link).status_code == 200
    Invitation.objects.update(created_at=made - timedelta(seconds=1))
    assert is_of_no_use(link)
    assert "Cleo" not in admin.get("/people/").content.decode()


def test_it_is_revoked(admin: Client) -> None:
    link = invite(admin)
    page = f"/people/invitations/{Invitation.objects.get().pk}/"
    assert link_on(admin.get(page)) == link, "it can be copied again"
    assert page in admin.get("/people/").content.decode()
    assert admin.post(page).status_code == 302
    assert is_of_no_use(link) and admin.get(page).status_code == 404


@pytest.mark.parametrize("link", ["x", "x:y", "a" * 5000, "%00", "0" * 32])
def test_a_forged_one_is_of_no_use(admin: Client, link: str) -> None:
    assert is_of_no_use(f"/accounts/invitation/{link}/")
    own = invite(admin)
    key, _colon, signature = own.rstrip("/").rpartition("/")[2].partition(":")
    for other in (f"{key}:{signature[::-1]}", f"{uuid4().hex}:{signature}", key):
        assert is_of_no_use(f"/accounts/invitation/{other}/")


@pytest.mark.parametrize(
    "form", [{"username": "BOB"}, {"username": ""}, {"password2": "x"}, dict.fromkeys(["password1", "password2"], "12")]
)
def test_an_account_that_cannot_be_leaves_the_link_good(admin: Client, bob: User, form: dict[str, str]) -> None:
    link = invite(admin)
    assert Client().post(link, {**ACCOUNT, **form}).status_code == 422
    assert Client().post(link, ACCOUNT).status_code == 302


@pytest.mark.parametrize("form", [{"whom": ""}, {"role": "king"}, {"groups": ["4711"]}, {"whom": "x" * 151}])
def test_bad_input_invites_nobody(admin: Client, form: dict[str, Any]) -> None:
    response = admin.post("/people/invite/", {"whom": "Cleo", "role": "viewer", **form})
    assert response.status_code == 422 and not Invitation.objects.exists()


def test_links_are_tried_no_more_often_than_passwords(admin: Client) -> None:
    link = invite(admin)
    for _ in range(throttle.MAX_FAILURES_OF_ADDRESS):
        assert Client().get("/accounts/invitation/x/").status_code == 404
    response = Client().get(link)
    assert response.status_code == 429 and int(response["Retry-After"]) > 500
    assert "Too many attempts failed" in response.content.decode()
    assert Client().get(link, REMOTE_ADDR="198.51.100.7").status_code == 200
    FailedSignIn.objects.all().delete()
    assert Client().get(link).status_code == 200


def test_a_few_wait_for_a_password_to_be_hashed(admin: Client) -> None:
    link = invite(admin)
    for _ in range(throttle.MAX_WAITING + 1):
        assert throttle._waiting.acquire(blocking=False)
    try:
        assert Client().post(link, ACCOUNT).status_code == 429
    finally:
        for _ in range(throttle.MAX_WAITING + 1):
            throttle._waiting.release()
    assert Client().post(link, ACCOUNT).status_code == 302


# A new password


def test_who_opens_the_link_chooses_another_password_and_is_signed_in(admin: Client, bob: User) -> None:
    theirs = Client()
    theirs.force_login(bob)
    guest, page = opened(reset_link(admin, bob))
    assert "For the account bob." in page.content.decode()
    assert "token" not in page.request["PATH_INFO"] and page.request["PATH_INFO"].endswith("/set-password/")
    assert guest.post(page.request["PATH_INFO"], RESET).headers["Location"] == "/"
    assert guest.get("/account/").status_code == 200 and theirs.get("/account/").status_code == 302
    assert Client().login(username="bob", password=NEW)


def test_it_works_once_and_only_the_last_that_was_made(admin: Client, bob: User) -> None:
    first, second = reset_link(admin, bob), reset_link(admin, bob)
    assert is_of_no_use(first)
    guest, page = opened(second)
    guest.post(page.request["PATH_INFO"], RESET)
    assert is_of_no_use(second)


def test_it_expires_as_an_invitation_does(admin: Client, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.PASSWORD_RESET_TIMEOUT == INVITATION_DAYS * 24 * 3600
    link = reset_link(admin, bob)
    now = PasswordResetTokenGenerator()._now
    for seconds, status in ((-60, 200), (60, 404)):
        later = timedelta(days=INVITATION_DAYS, seconds=seconds)
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self, later=later: now() + later)
        assert opened(link)[1].status_code == status


@pytest.mark.parametrize("do", ["revoke", "deactivate"])
def test_it_is_revoked_also_by_deactivating(admin: Client, bob: User, do: str) -> None:
    link = reset_link(admin, bob)
    guest, page = opened(link)
    admin.post(f"/people/{bob.pk}/", {"do": do})
    assert guest.post(page.request["PATH_INFO"], RESET).status_code == 404, "also where the form is open"
    assert is_of_no_use(link)
    admin.post(f"/people/{bob.pk}/", {"do": "activate"})
    assert is_of_no_use(link) and Client().login(username="bob", password=PASSWORD)


def test_a_password_that_cannot_be_leaves_the_link_good(admin: Client, bob: User) -> None:
    guest, page = opened(reset_link(admin, bob))
    path = page.request["PATH_INFO"]
    assert guest.post(path, dict.fromkeys(RESET, "12")).status_code == 422
    assert guest.post(path, RESET).status_code == 302


@pytest.mark.parametrize("end", ["a/b", "MQ/x-y", "%00/x", "Mg/set-password"])
def test_nobody_learns_who_has_an_account(admin: Client, end: str) -> None:
    assert is_of_no_use(f"/accounts/reset/{end}/")
