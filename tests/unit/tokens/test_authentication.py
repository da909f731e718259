import pytest
from django.test import RequestFactory

from live.api import Refused
from tokens.authentication import authenticate, authenticate_for, secret_of
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def request(header: str | None):
    return RequestFactory().get("/", **({} if header is None else {"HTTP_AUTHORIZATION": header}))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "TOKEN", "Token"])
def test_authenticate_returns_the_token_of_the_secret_in_either_scheme(scheme: str) -> None:
    token, secret = Token.objects.issue("x", "banners")
    assert authenticate(secret_of(request(f"{scheme}  {secret} "))) == token


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer unknown", "unknown"])
def test_authenticate_refuses_what_is_no_token_with_401(header: str | None) -> None:
    with pytest.raises(Refused) as caught:
        authenticate(secret_of(request(header)))
    refused = caught.value
    assert (refused.status, refused.code) == (401, "unauthorized")
    assert refused.headers == {"WWW-Authenticate": "Bearer"}


def test_authenticate_refuses_more_than_the_burst_with_429_and_other_tokens_are_not_affected(settings) -> None:
    settings.INGEST_RATE = 1
    (_, one), (_, other) = Token.objects.issue("one", "banners"), Token.objects.issue("other", "banners")
    for _ in range(2):
        authenticate(secret_of(request(f"Bearer {one}")))
    with pytest.raises(Refused) as caught:
        authenticate(secret_of(request(f"Bearer {one}")))
    assert (caught.value.status, caught.value.headers) == (429, {"Retry-After": "1"})
    authenticate(secret_of(request(f"Bearer {other}")))


def test_authenticate_for_a_scope_names_who_has_it_and_refuses_the_others_with_403() -> None:
    _, may = Token.objects.issue("deploy", "write:cpu", "banners")
    _, may_not = Token.objects.issue("points", "write:*")
    name_of = authenticate_for("banners")
    assert name_of(request(f"Bearer {may}")) == "token deploy"
    with pytest.raises(Refused) as caught:
        name_of(request(f"Bearer {may_not}"))
    assert (caught.value.status, caught.value.code) == (403, "forbidden")
    assert "needs the scope 'banners'" in caught.value.message
    with pytest.raises(Refused) as caught:
        name_of(request(None))
    assert caught.value.status == 401
