"""Who a socket is, where a project says that itself: LIVE_USER."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.checks import run_checks
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils.functional import SimpleLazyObject

from live import database_threads, fragment
from live.page import access
from live.page.identity import users_of
from live.page.page import Page, Reason
from live.page.user_function import Unidentified, of_request, of_scope, session_key
from live.page.visits import Visit, key_of

IMPERSONATED = "acts_as"


class Impersonation:
    """A middleware as projects have it: who is staff may look as somebody else."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = user_of(request)
        response: HttpResponse = self.get_response(request)
        return response


def user_of(request: HttpRequest) -> Any:
    if returns := request.headers.get("X-Returns"):
        return {"name": "bob", "number": 1, "class": User, "lazy": SimpleLazyObject(lambda: 1 / 0)}[returns]
    if request.headers.get("X-Fails"):
        raise ValueError("no idea")
    if name := request.COOKIES.get("token"):
        return User.objects.filter(username=name).first()
    if request.user.is_authenticated and request.user.is_staff and (pk := request.session.get(IMPERSONATED)):
        return User.objects.get(pk=pk)
    return request.user


def nobody_answers(request: HttpRequest) -> Any:
    raise OperationalError("the connection is lost")


def page(request: HttpRequest) -> HttpResponse:
    source = '{% load live %}{% live "tests.theirs" %}{% live_page %}'
    return HttpResponse(engines["django"].from_string(source).render({}, request))


urlpatterns = [path("", page), path("live/", include("live.urls"))]
pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def function(settings: Any) -> None:
    settings.LIVE_USER = f"{__name__}.user_of"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Impersonation"]


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", is_staff=True)


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob")


@pytest.fixture
def visit(client: Client, ann: User, bob: User, function: None) -> Visit:
    """Of a socket of ann, who looks as bob."""
    client.force_login(ann)
    session = client.session
    session[IMPERSONATED] = bob.pk
    session.save()
    return Visit(session.session_key, (("cookie", f"sessionid={session.session_key}"),))


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ([(b"cookie", b"a=b; sessionid=abc; c=d")], "abc"),
        ([(b"host", b"a"), (b"Cookie", b"a=b"), (b"cookie", b"sessionid=abc")], "abc"),
        ([(b"cookie", b"a=b")], None),
        ([(b"cookie", b"sessionid=")], None),
        ([(b"cookie", b"\xff\xfe")], None),
        ([(b"x-cookie", b"sessionid=abc")], None),
        ([], None),
    ],
)
def test_the_session_is_in_the_handshake(headers: list[tuple[bytes, bytes]], key: str | None) -> None:
    assert session_key(headers) == key


def test_the_cookie_may_have_another_name(settings: Any) -> None:
    settings.SESSION_COOKIE_NAME = "board"
    assert session_key([(b"cookie", b"sessionid=abc; board=def")]) == "def"


def test_where_no_project_wants_more_it_is_the_session() -> None:
    headers = [(b"cookie", b"sessionid=abc"), (b"x-user", b"ann")]
    assert of_scope(headers) == "abc"
    request = RequestFactory().get("/", headers={"cookie": "sessionid=abc", "x-user": "ann"})
    assert of_request(request) == "abc"


def test_what_came_with_a_socket_and_with_a_request_is_the_same(function: None) -> None:
    known = Visit("abc", (("cookie", "sessionid=abc"), ("x-user", "ann")))
    socket = [(b"Cookie", b"sessionid=abc"), (b"X-User", b"ann"), (b"Sec-WebSocket-Key", b"1"), (b"Upgrade", b"w")]
    assert of_scope(socket) == known
    request = RequestFactory().post("/", headers={"cookie": "sessionid=abc", "x-user": "ann"}, data={})
    assert of_request(request) == known
    assert key_of(known) == key_of("abc") == "abc" and key_of(None) is None


def test_a_page_goes_on_for_the_user_for_whom_the_function_says_it_is(visit: Visit, ann: User, bob: User) -> None:
    assert access.check(visit, Page(user=str(bob.pk)), []).refusal is None
    refusal = access.check(visit, Page(user=str(ann.pk)), []).refusal
    assert refusal is not None and refusal.reason is Reason.FORBIDDEN


def test_without_the_function_it_ends_and_the_log_says_what_to_set(visit: Visit, bob: User, settings: Any) -> None:
    settings.LIVE_USER = None
    refusal = access.check(visit.session, Page(user=str(bob.pk)), []).refusal
    assert refusal is not None and refusal.reason is Reason.FORBIDDEN and "LIVE_USER" in refusal.message


@pytest.mark.parametrize("change", ["logged out", "disabled", "another password", "looks as themselves", "no staff"])
def test_it_ends_with_the_session_and_with_what_it_says(
    change: str, client: Client, visit: Visit, ann: User, bob: User
) -> None:
    if change == "logged out":
        client.logout()
    elif change == "looks as themselves":
        session = client.session
        del session[IMPERSONATED]
        session.save()
    else:
        changes = {"disabled": {"is_active": False}, "another password": {"password": "x"}, "no staff": {"is_staff": 0}}
        User.objects.filter(pk=ann.pk).update(**changes[change])
    refusal = access.check(visit, Page(user=str(bob.pk)), []).refusal
    assert refusal is not None
    expected = Reason.FORBIDDEN if change in ("looks as themselves", "no staff") else Reason.SIGN_IN
    assert refusal.reason is expected


def test_a_careless_function_gets_nothing_of_a_session_that_is_over(visit: Visit, ann: User, settings: Any) -> None:
    seen: list[Any] = []
    settings.LIVE_USER = f"{__name__}.careless"
    globals()["careless"] = lambda request: seen.append(dict(request.session.items()))
    users_of([visit])
    User.objects.filter(pk=ann.pk).update(is_active=False)
    users_of([visit])
    assert IMPERSONATED in seen[0] and seen[1] == {}


def test_a_cookie_of_the_project_is_enough(bob: User, function: None) -> None:
    visit = Visit(None, (("cookie", "token=bob"),))
    assert users_of([visit])[visit] == bob
    stranger = Visit(None, (("cookie", "token=eve"),))
    assert users_of([stranger])[stranger] == AnonymousUser(), "None is nobody"


def test_of_many_as_many_are_asked_about_as_there_is_time_for(visit: Visit, function: None) -> None:
    others = [Visit(None, (("x-number", str(number)),)) for number in range(3)]
    assert list(users_of([visit, *others], 0)) == [visit]
    assert list(users_of([visit, *others])) == [visit, *others]


def test_who_is_not_there_any_more_is_nobody(visit: Visit, bob: User) -> None:
    bob.delete()
    assert users_of([visit])[visit] == AnonymousUser()


def test_where_it_fails_that_page_alone_is_asked_for_again(
    visit: Visit, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    fails = Visit(visit.session, (*visit.headers, ("x-fails", "1")))
    assert users_of([fails]) and caplog.text.count("LIVE_USER could not say") == 1
    users = users_of([visit, fails])
    assert caplog.text.count("LIVE_USER could not say") == 1, "not once more every two seconds"
    questions = [access.Question(each, Page(user=user), []) for each in (visit, fails) for user in (str(bob.pk), None)]
    reasons = [answer.refusal.reason if answer.refusal else None for answer in access.answer_all(users, questions)]
    assert reasons == [None, None, Reason.ASK_AGAIN, Reason.ASK_AGAIN]
    assert "LIVE_USER could not say who somebody is" in caplog.text and "no idea" in caplog.text


@pytest.mark.parametrize("returns", ["name", "number", "class", "lazy"])
def test_what_is_no_user_is_an_error_of_that_page_alone(
    visit: Visit, bob: User, returns: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = Visit(visit.session, (*visit.headers, ("x-returns", returns)))
    users = users_of([visit, other])
    assert users[visit] == bob and isinstance(users[other], Unidentified)
    assert "LIVE_USER could not say who somebody is" in caplog.text


def test_a_database_that_is_away_is_nobodys_fault(visit: Visit, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIVE_USER = f"{__name__}.nobody_answers"
    monkeypatch.setattr(database_threads, "away_since", lambda: 1.0)
    with pytest.raises(OperationalError):
        users_of([visit])


@pytest.fixture
def theirs(templates: dict[str, str]) -> Iterator[None]:
    templates["theirs.html"] = "<p>{{ audience }}</p>"

    @fragment("theirs.html", per=lambda user: user.get_username())
    def theirs(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    yield


@pytest.mark.urls(__name__)
def test_a_page_that_polls_is_that_users_too(client: Client, visit: Visit, theirs: None) -> None:
    html = client.get("/").content.decode()
    assert "<p" in html and ">bob</p>" in html
    token = re.search(r'name="page" value="([^"]+)"', html)
    assert token is not None
    report = json.dumps({"page": token[1], "shown": []})
    assert client.post("/live/page", report, content_type="application/json").status_code == 204
    client.logout()
    assert client.post("/live/page", report, content_type="application/json").status_code == 401


def test_a_function_that_does_not_exist_is_an_error_before_the_start(settings: Any) -> None:
    settings.LIVE_USER = f"{__name__}.nothing"
    assert "live.E001" in [each.id for each in run_checks()]


def test_with_a_function_no_middleware_is_warned_of(function: None) -> None:
    assert not {"live.W012", "live.E001"} & {each.id for each in run_checks()}
