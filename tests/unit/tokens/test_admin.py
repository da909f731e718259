import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from tokens.models import Token
from tokens.scopes import overview

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TOKENS = "/admin/tokens/token/"


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def secrets_in(page: str) -> list[str]:
    """The secrets that the messages of a page show."""
    return re.findall(r'<li class="secret warning">The secret of [^<]* is ([\w-]{43}) ', page)


def test_adding_one_shows_its_secret_once(admin_client: Client) -> None:
    sent = {"name": "backup", "scopes": "write:backup.*\r\n\r\n banners ", "active": "on"}
    (secret,) = secrets_in(text(admin_client.post(f"{TOKENS}add/", sent, follow=True)))
    token = Token.objects.recognise(secret)
    assert token is not None
    assert (token.name, token.scopes) == ("backup", ["write:backup.*", "banners"])
    assert secret not in text(admin_client.get(TOKENS))
    assert secret not in text(admin_client.get(f"{TOKENS}{token.pk}/change/"))


def test_the_digest_is_neither_shown_nor_editable(admin_client: Client) -> None:
    token, _ = Token.objects.issue("backup", "write:*")
    address = f"{TOKENS}{token.pk}/change/"
    for page in (TOKENS, address, f"{TOKENS}add/"):
        shown = text(admin_client.get(page))
        assert token.digest not in shown
        assert "digest" not in shown.lower()
    admin_client.post(address, {"name": "b", "scopes": "write:*", "active": "on", "digest": "0" * 64})
    changed = Token.objects.get()
    assert (changed.name, changed.digest) == ("b", token.digest)


def test_changing_one_keeps_its_secret(admin_client: Client) -> None:
    token, secret = Token.objects.issue("backup", "write:*")
    page = text(
        admin_client.post(
            f"{TOKENS}{token.pk}/change/", {"name": "b", "scopes": "write:*", "active": "on"}, follow=True
        )
    )
    assert secrets_in(page) == []
    assert Token.objects.recognise(secret) == token


def test_replacing_secrets_shows_the_new_ones_and_ends_the_old_ones(admin_client: Client) -> None:
    tokens = [
        Token.objects.issue("a", "write:*"),
        Token.objects.issue("b", "write:*"),
        Token.objects.issue("c", "write:*"),
    ]
    chosen = [token.pk for token, _ in tokens[:2]]
    sent = {"action": "replace_secrets", "_selected_action": chosen}
    shown = secrets_in(text(admin_client.post(TOKENS, sent, follow=True)))
    assert [Token.objects.recognise(secret) for secret in shown] == [token for token, _ in tokens[:2]]
    assert [Token.objects.recognise(secret) for _, secret in tokens] == [None, None, tokens[2][0]]
    assert LogEntry.objects.filter(change_message="Replaced the secret.").count() == 2


def test_deactivating_ends_those_that_are_chosen(admin_client: Client) -> None:
    (one, _), (other, _) = Token.objects.issue("one", "write:*"), Token.objects.issue("other", "write:*")
    sent = {"action": "deactivate", "_selected_action": [one.pk]}
    assert "Deactivated: one." in text(admin_client.post(TOKENS, sent, follow=True))
    assert list(Token.objects.filter(active=True)) == [other]
    assert LogEntry.objects.get().change_message == "Deactivated."
    assert "none was active" in text(admin_client.post(TOKENS, sent, follow=True))
    assert LogEntry.objects.count() == 1


def test_who_may_only_look_gets_no_secret(client: Client) -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_token"))
    client.force_login(user)
    token, secret = Token.objects.issue("backup", "write:*")
    for action in ("replace_secrets", "deactivate"):
        page = text(client.post(TOKENS, {"action": action, "_selected_action": [token.pk]}, follow=True))
        assert secrets_in(page) == []
    assert client.post(f"{TOKENS}add/", {"name": "x"}).status_code == 403
    assert Token.objects.recognise(secret) == token


@pytest.mark.parametrize(
    ("scopes", "words"),
    [
        ("write:*\nwirte:*", f"&#x27;wirte:*&#x27; is not a scope; the scopes are: {overview()}."),
        ("write:a*b", "&#x27;write:a*b&#x27; is not a scope"),
        (" \n", "This field is required."),
    ],
)
def test_adding_one_with_a_wrong_scope_says_why_and_makes_none(admin_client: Client, scopes: str, words: str) -> None:
    page = text(admin_client.post(f"{TOKENS}add/", {"name": "backup", "scopes": scopes, "active": "on"}))
    assert words in page
    # What was typed is still there, to be mended.
    assert f">\n{scopes}</textarea>" in page
    assert not Token.objects.exists()


def test_changing_one_to_a_wrong_scope_says_why_and_changes_nothing(admin_client: Client) -> None:
    token, _ = Token.objects.issue("backup", "write:cpu.*", "banners")
    address = f"{TOKENS}{token.pk}/change/"
    assert ">\nwrite:cpu.*\nbanners</textarea>" in text(admin_client.get(address))
    page = text(admin_client.post(address, {"name": "b", "scopes": "write", "active": "on"}))
    assert "&#x27;write&#x27; is not a scope" in page
    changed = Token.objects.get()
    assert (changed.name, changed.scopes) == ("backup", ["write:cpu.*", "banners"])


def test_the_form_says_which_scopes_there_are(admin_client: Client) -> None:
    assert f"One on each line: {overview()}" in text(admin_client.get(f"{TOKENS}add/"))
