import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from series.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_issue_keeps_only_a_digest_of_the_secret() -> None:
    token, secret = Token.objects.issue("backup", "backup.")
    token.refresh_from_db()
    assert (token.name, token.prefix, token.active, token.last_used) == ("backup", "backup.", True, None)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(secret in str(value) for value in vars(token).values())
    assert str(token) == "backup"


def test_secrets_are_long_and_different() -> None:
    secrets = {Token.objects.issue("x")[1] for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) >= 43 for secret in secrets)


def test_recognises_its_secret_and_no_other() -> None:
    token, secret = Token.objects.issue("x")
    assert Token.objects.recognise(secret) == token
    assert Token.objects.recognise(secret + "x") is None
    assert Token.objects.recognise(token.digest) is None
    assert Token.objects.recognise("") is None


def test_an_inactive_token_is_not_recognised() -> None:
    token, secret = Token.objects.issue("x")
    Token.objects.filter(pk=token.pk).update(active=False)
    assert Token.objects.recognise(secret) is None


def test_a_replaced_secret_is_not_recognised() -> None:
    token, old = Token.objects.issue("x")
    new = token.replace_secret()
    assert Token.objects.recognise(old) is None
    assert Token.objects.recognise(new) == token


def test_use_is_noted_at_most_once_a_minute(django_assert_num_queries) -> None:
    token, secret = Token.objects.issue("x")
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


@pytest.mark.parametrize(
    ("prefix", "name", "may"),
    [("", "cpu", True), ("cpu", "cpu", True), ("cpu", "cpu.user", True), ("cpu.", "cpu", False), ("cpu", "CPU", False)],
)
def test_prefix_says_what_it_may_write(prefix: str, name: str, may: bool) -> None:
    assert Token(prefix=prefix).may_write(name) is may
