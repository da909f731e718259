"""Somebody's own account."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from accounts.models import FailedSignIn
from tests.unit.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NEW = "another password of letters"
FORM = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


def change(client: Client, **form: str) -> Any:
    return client.post("/account/", {**FORM, **form})


def test_it_is_for_whoever_is_signed_in(client: Client, bob: User) -> None:
    assert client.get("/account/").headers["Location"] == "/accounts/login/?next=/account/"
    bob.groups.add(Group.objects.create(name="Operators"))
    client.force_login(bob)
    page = client.get("/account/").content.decode()
    assert "Viewer, Operators" in page and 'href="/account/"' in page


def test_a_new_password_ends_all_other_sessions(client: Client, bob: User) -> None:
    other = Client()
    client.force_login(bob)
    other.force_login(bob)
    response = change(client)
    assert response.headers["Location"] == "/account/"
    assert [one.get("/account/").status_code for one in (client, other)] == [200, 302]
    assert Client().login(username="bob", password=NEW)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"old_password": "wrong"}, "Your old password was entered incorrectly."),
        ({"new_password2": "x"}, "match."),
        ({"new_password1": "short", "new_password2": "short"}, "This password is too short."),
        ({"new_password1": "password", "new_password2": "password"}, "This password is too common."),
    ],
)
def test_a_wrong_one_changes_nothing(client: Client, bob: User, form: dict[str, str], words: str) -> None:
    client.force_login(bob)
    response = change(client, **form)
    assert response.status_code == 422 and words in response.content.decode()
    assert Client().login(username="bob", password=PASSWORD)


def test_nobody_guesses_the_old_password_at_a_browser_that_was_left_open(client: Client, bob: User) -> None:
    client.force_login(bob)
    for _ in range(10):
        assert change(client, old_password="wrong").status_code == 422
    response = change(client)
    assert response.status_code == 429 and "Too many attempts failed" in response.content.decode()
    assert FailedSignIn.objects.exists() and Client().login(username="bob", password=PASSWORD)


def test_somebody_signs_out_everywhere(client: Client, bob: User, root: User) -> None:
    other, another = Client(), Client()
    for one, user in ((client, bob), (other, bob), (another, root)):
        one.force_login(user)
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/").headers["Location"] == "/accounts/login/"
    assert [one.get("/account/").status_code for one in (client, other, another)] == [302, 302, 200]
