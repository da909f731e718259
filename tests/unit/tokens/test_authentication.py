import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import RequestFactory

from live.api import Refused
from live.notices import Recipients, everyone
from tokens.authentication import authenticate, authenticate_for, may_notify, secret_of, token_of
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


def test_the_token_of_a_request_is_looked_for_once(django_assert_num_queries) -> None:
    token, secret = Token.objects.issue("x", "banners")
    asked = request(f"Bearer {secret}")
    assert token_of(asked) == token
    with django_assert_num_queries(0):
        assert token_of(asked) == token


def test_a_token_of_somebody_who_is_deactivated_is_none() -> None:
    ada = User.objects.create_user("ada")
    token, secret = Token.objects.issue("x", "banners", user=ada)
    assert authenticate(secret) == token
    User.objects.update(is_active=False)
    with pytest.raises(Refused) as caught:
        authenticate(secret)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("scope", "permitted"),
    [
        ("banners", ["everyone", "group:Ops", "group:Others"]),
        ("banners:*", ["everyone", "group:Ops", "group:Others"]),
        ("banners:group:Ops", ["group:Ops"]),
        ("banners:group:*", ["group:Ops", "group:Others"]),
        ("banners:everyone", ["everyone"]),
        ("banners:staff", []),
        ("write:*", []),
    ],
)
def test_scopes_say_whom_a_token_may_notify(scope: str, permitted: list[str]) -> None:
    for name in ("Ops", "Others"):
        Group.objects.create(name=name)
    _, secret = Token.objects.issue("x", scope)
    names = ["everyone", "group:Ops", "group:Others"]
    allowed = [
        name for name in names if may_notify("banners", request(f"Bearer {secret}"), Recipients.from_words(name))
    ]
    assert allowed == permitted


def test_a_token_of_a_user_notifies_only_whom_they_may() -> None:
    ada = User.objects.create_user("ada")
    _, secret = Token.objects.issue("x", "banners", user=ada)
    assert not may_notify("banners", request(f"Bearer {secret}"), everyone)
    ada.user_permissions.add(Permission.objects.get(codename="notify_everyone"))
    assert may_notify("banners", request(f"Bearer {secret}"), everyone)
    assert not may_notify("banners", request(f"Bearer {secret}"), Recipients("staff"))
    assert authenticate_for("banners")(request(f"Bearer {secret}")) == "token x of ada"
