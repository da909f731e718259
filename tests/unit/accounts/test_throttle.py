"""How often somebody may try to sign in: on the site's page and on the admin's."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import backends, throttle
from accounts.models import FailedSignIn
from live.limited_log import LimitedLog

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAGES = ["/accounts/login/", "/admin/login/"]
MINE, ANOTHER = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def users(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(backends, "limited_log", LimitedLog(backends.logger))
    User.objects.create_superuser("ada", password="right")
    User.objects.create_superuser("ben", password="right")


def sign_in(
    password: str, *, name: str = "ada", client: Client | None = None, address: str = MINE, path: str = PAGES[0]
) -> HttpResponse:
    form = {"username": name, "password": password}
    return (client or Client()).post(path, form, REMOTE_ADDR=address)  # type: ignore[return-value]


def fail(times: int, **options: Any) -> None:
    for _ in range(times):
        assert sign_in("wrong", **options).status_code == 200


def fail_from_everywhere() -> None:
    """As often as may be, from ten addresses, at one account."""
    for number in range(100):
        request = RequestFactory().post("/", REMOTE_ADDR=f"198.51.100.{number // 10}")
        throttle.count_failure(throttle.limits(request, "ada"))


@pytest.mark.parametrize("path", PAGES)
def test_after_ten_wrong_passwords_not_even_the_right_one_is_looked_into(path: str) -> None:
    fail(10, path=path)
    response = sign_in("right", path=path)
    assert response.status_code == 429
    assert 590 <= int(response["Retry-After"]) <= 601
    assert "Too many attempts failed. Try again in 10 minutes." in response.content.decode()
    assert FailedSignIn.objects.count() == 30, "what was refused is not counted"


def test_it_is_over_when_the_oldest_is_forgotten() -> None:
    fail(10)
    oldest = FailedSignIn.objects.earliest("pk").at
    FailedSignIn.objects.filter(at=oldest).update(at=oldest - throttle.WINDOW)
    fail(1)
    assert sign_in("right").status_code == 429
    FailedSignIn.objects.update(at=timezone.now() - throttle.WINDOW - timedelta(seconds=1))
    assert sign_in("right").status_code == 302
    fail(1)
    assert FailedSignIn.objects.count() == 3, "the old ones are deleted"


def test_another_account_and_another_address_are_not_concerned() -> None:
    fail(10)
    assert sign_in("right", name="ben").status_code == 302
    assert sign_in("right", address=ANOTHER).status_code == 302


def test_one_address_may_not_go_through_all_accounts() -> None:
    for number in range(10):
        fail(5, name=f"nobody {number}")
    assert sign_in("right").status_code == 429
    assert sign_in("right", address=ANOTHER).status_code == 302


def test_one_account_may_not_be_guessed_at_from_everywhere() -> None:
    fail_from_everywhere()
    assert sign_in("right").status_code == 429
    assert sign_in("right", name="ben").status_code == 302


def test_nobody_locks_somebody_out_of_a_browser_that_they_use() -> None:
    client = Client()
    assert sign_in("right", client=client).status_code == 302
    client.post("/accounts/logout/")
    fail_from_everywhere()
    assert sign_in("wrong").status_code == 429, "at the same address"
    assert sign_in("right", client=client).status_code == 302


def test_a_known_browser_has_a_limit_of_its_own() -> None:
    client = Client()
    sign_in("right", client=client)
    cookie = client.cookies[throttle.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    fail(10, client=client)
    assert sign_in("right", client=client).status_code == 429
    assert sign_in("right").status_code == 302, "an unknown one at the same address"
    assert sign_in("right", client=client, name="ben").status_code == 302, "known to one account alone"


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "ä", "a" * 5000])
def test_a_forged_cookie_is_none(cookie: str) -> None:
    fail(10)
    client = Client()
    client.cookies[throttle.COOKIE] = cookie
    assert sign_in("right", client=client).status_code == 429


def test_a_few_wait_for_a_password_to_be_hashed_and_the_others_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(throttle.MAX_WAITING + 1):
        assert throttle._waiting.acquire(blocking=False)
    try:
        response = sign_in("right")
        assert (response.status_code, response["Retry-After"]) == (429, str(throttle.BUSY_SECONDS))
        assert "Try again in a moment" in response.content.decode()
    finally:
        for _ in range(throttle.MAX_WAITING + 1):
            throttle._waiting.release()
    assert sign_in("right").status_code == 302


def test_one_password_is_hashed_at_a_time() -> None:
    inside, most = [], []

    def attempt() -> None:
        with throttle.one_attempt():
            inside.append(1)
            most.append(len(inside))
            threading.Event().wait(0.01)
            inside.pop()

    threads = [threading.Thread(target=attempt) for _ in range(throttle.MAX_WAITING + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * len(threads)


def test_code_of_ours_that_asks_without_a_request_is_not_counted() -> None:
    for _ in range(11):
        assert authenticate(username="ada", password="wrong") is None
    assert authenticate(username="ada", password="right") is not None
    assert authenticate(RequestFactory().get("/"), token="something else") is None
    assert not FailedSignIn.objects.exists()
    request = RequestFactory().post("/", REMOTE_ADDR=MINE)
    for _ in range(10):
        authenticate(request, username="ada", password="wrong")
    with pytest.raises(ValidationError):
        authenticate(request, username="ada", password="right")


def test_it_is_logged_with_the_address_and_not_with_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    fail(10)
    sign_in("right")
    messages = [record.message for record in caplog.records if record.name == "accounts.backends"]
    assert messages == [
        f"a sign-in failed: wrong name or password, from {MINE}",
        f"sign-ins are refused for a while: there were too many wrong ones, from {MINE}",
    ]
    assert "ada" not in str(FailedSignIn.objects.values_list("counted_by", flat=True))


def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(settings: Any) -> None:
    settings.LIVE_TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", REMOTE_ADDR=MINE, headers={"X-Forwarded-For": "forged, 198.51.100.7"})
    assert throttle.address_of(request) == "198.51.100.7"


def test_there_is_no_address_that_says_by_its_time_who_has_an_account(client: Client) -> None:
    assert client.get("/accounts/password_reset/").status_code == 404
    assert site.AUTHENTICATION_BACKENDS == ["accounts.backends.ThrottledBackend"]
