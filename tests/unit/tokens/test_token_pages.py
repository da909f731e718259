"""*Tokens*: one's own, made with scopes that are ticked, and deactivated."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def sign_in(client: Client, *permissions: str, name: str = "ada") -> User:
    user = User.objects.create_user(name)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def test_a_token_is_made_and_its_secret_shown_once(client: Client) -> None:
    ada = sign_in(client, "add_token")
    sent = {"name": "laptop", "write:": "on", "write:names": "cpu.* load", "metrics": "on", "read:names": "x"}
    response = client.post("/tokens/", sent)
    secret = response.context["secret"]
    token = Token.objects.recognise(secret)
    assert token is not None and (token.user, token.name) == (ada, "laptop")
    assert token.scopes == ["metrics", "write:cpu.*", "write:load"]
    assert response.content.decode().count(secret) == 1 and "no-store" in response.headers["Cache-Control"]
    page = client.get("/tokens/").content.decode()
    assert secret not in page and "<code>write:cpu.*</code>" in page


def test_who_makes_no_tokens_for_others_gets_what_they_may_themselves(client: Client) -> None:
    sign_in(client)
    page = client.get("/tokens/").content.decode()
    for offered, word in ((True, "boards.edit:"), (True, "notices:"), (False, "write:"), (False, "tokens")):
        assert (f'name="{word}"' in page) == offered, word
    assert client.post("/tokens/", {"name": "x", "write:": "on", "tokens": "on"}).status_code == 422
    assert not Token.objects.exists()
    client.post("/tokens/", {"name": "x", "boards.edit:": "on", "boards.edit:names": ""})
    assert Token.objects.get().scopes == ["boards.edit:*"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "", "notices:": "on"}, "This field is required."),
        ({"name": "x"}, "Tick what the token may do."),
        ({"name": "x", "notices:": "on", "notices:names": "a*b"}, "is not a scope"),
        ({"name": "\0", "notices:": "on"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_is_said_and_makes_none(client: Client, sent: dict[str, str], words: str) -> None:
    sign_in(client)
    response = client.post("/tokens/", sent)
    assert response.status_code == 422 and words in response.content.decode()
    assert not Token.objects.exists()


def test_ones_own_is_deactivated_and_that_of_another_is_not_there(client: Client) -> None:
    token, secret = Token.objects.issue("laptop", "notices", user=sign_in(client))
    other = Token.objects.issue("other", "notices")[0]
    page = client.get("/tokens/").content.decode()
    assert "Deactivate laptop" in page and "other" not in page.partition("<h1>")[2].partition("New token")[0]
    assert client.post(f"/tokens/{other.pk}/deactivate").status_code == 404
    assert client.get(f"/tokens/{token.pk}/deactivate").status_code == 405
    assert client.post(f"/tokens/{token.pk}/deactivate").headers["Location"] == "/tokens/"
    assert Token.objects.recognise(secret) is None and Token.objects.get(pk=other.pk).active
    assert "deactivated" in client.get("/tokens/").content.decode()


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/tokens/").headers["Location"] == "/accounts/login/?next=/tokens/"
    assert client.post("/tokens/", {"name": "x"}).status_code == 302
