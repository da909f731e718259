import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tokens.models import Token
from tokens.scopes import permits

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_issue_keeps_only_a_digest_of_the_secret() -> None:
    token, secret = Token.objects.issue("backup", "write:backup.*")
    token.refresh_from_db()
    assert (token.name, token.scopes) == ("backup", ["write:backup.*"])
    assert (token.active, token.last_used) == (True, None)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(secret in str(value) for value in vars(token).values())
    assert str(token) == "backup"


def test_secrets_are_long_and_different() -> None:
    secrets = {Token.objects.issue("x", "write:*")[1] for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) >= 43 for secret in secrets)


def test_recognises_its_secret_and_no_other() -> None:
    token, secret = Token.objects.issue("x", "write:*")
    assert Token.objects.recognise(secret) == token
    assert Token.objects.recognise(secret + "x") is None
    assert Token.objects.recognise(token.digest) is None
    assert Token.objects.recognise("") is None


def test_an_inactive_token_is_not_recognised() -> None:
    token, secret = Token.objects.issue("x", "write:*")
    Token.objects.filter(pk=token.pk).update(active=False)
    assert Token.objects.recognise(secret) is None


def test_a_replaced_secret_is_not_recognised() -> None:
    token, old = Token.objects.issue("x", "write:*")
    new = token.replace_secret()
    assert Token.objects.recognise(old) is None
    assert Token.objects.recognise(new) == token


def test_use_is_noted_at_most_once_a_minute(django_assert_num_queries) -> None:
    token, secret = Token.objects.issue("x", "write:*")
    before = timezone.now()
    with django_assert_num_queries(2):
        Token.objects.recognise(secret)
    token.refresh_from_db()
    assert token.last_used is not None
    assert token.last_used >= before
    with django_assert_num_queries(1):
        Token.objects.recognise(secret)
    Token.objects.update(last_used=timezone.now() - timedelta(minutes=1))
    with django_assert_num_queries(2):
        Token.objects.recognise(secret)


def test_what_it_may_is_in_its_scopes() -> None:
    Token.objects.issue("x", "write:cpu.*", "banners")
    scopes = Token.objects.get().scopes
    assert [permits(scopes, scope) for scope in ("write:cpu.user", "write:ram", "banners")] == [True, False, True]


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [
        ("x", [], "scopes"),
        ("x", ["banners", "cake"], "scopes"),
        ("", ["banners"], "name"),
        ("x" * 201, ["banners"], "name"),
    ],
)
def test_issue_refuses_a_wrong_name_or_scope_and_makes_none(name: str, scopes: list[str], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Token.objects.issue(name, *scopes)
    assert set(caught.value.message_dict) == {field}
    assert not Token.objects.exists()
