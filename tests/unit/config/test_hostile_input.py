"""Every address of the site, with what no person sends: the answer may be any but an error of ours.

On PostgreSQL, too, which takes neither NUL nor halves of characters in a text.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter

from boards.bootstrap import prepare
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]

# As bytes of a URL, of a cookie, of a form.
TEXTS = {
    "NUL": "aaaaaaaaa%00b",
    "long": "a" * 5000,
    "many digits": "9" * 400,
    "not UTF-8": "a%ff%feb",
    "half a character": "%ed%a0%80",
}
NUMBERS = ["1", "9" * 19, "9" * 400]


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for each in resolver.url_patterns:
        pattern = each.pattern
        route = prefix + (getattr(pattern, "_route", None) or "")
        if isinstance(each, URLResolver):
            for rest, converters in patterns(each, route):
                yield rest, {**pattern.converters, **converters}
        elif isinstance(each, URLPattern):
            yield route, dict(pattern.converters)


ROUTES = sorted({(route, tuple(converters.items())) for route, converters in patterns(get_resolver())}, key=str)


def addresses(text: str) -> Iterator[str]:
    """Every address, with this text wherever it takes one, and with great numbers wherever it takes a number."""
    for route, converters in ROUTES:
        kinds = dict(converters)
        for number in NUMBERS if any(isinstance(kind, IntConverter) for kind in kinds.values()) else ["1"]:
            path = route
            for name, kind in kinds.items():
                value = number if isinstance(kind, IntConverter) else text
                if isinstance(kind, SlugConverter):
                    value = "this-week"
                for written in (name, f"int:{name}", f"slug:{name}", f"str:{name}", f"path:{name}", f"uuid:{name}"):
                    path = path.replace(f"<{written}>", value)
            yield "/" + path


def of_interest(text: str, path: str) -> bool:
    """The admin is Django's, and large: there what PostgreSQL cannot take is enough."""
    return text == TEXTS["NUL"] or not path.startswith("/admin/")


@pytest.fixture
def people(db: None) -> dict[str, Client]:
    prepare()
    staff = Client(raise_request_exception=False)
    staff.force_login(User.objects.get())
    return {"a visitor": Client(raise_request_exception=False), "the admin": staff}


def test_the_walk_finds_the_addresses() -> None:
    found = {route for route, _ in ROUTES}
    assert {
        "api/points",
        "boards/<slug:slug>/",
        "accounts/login/",
        "admin/boards/board/<path:object_id>/change/",
    } <= found
    assert len(found) > 60


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_in_paths_and_queries(people: dict[str, Client], text: str) -> None:
    wrong = []
    for who, client in people.items():
        for path in filter(partial(of_interest, text), addresses(text)):
            for address in (f"{path}?q={text}&id={text}&page={text}&next={text}&width={text}&{text}={text}",):
                response = client.get(address)
                if response.status_code >= 500:
                    wrong.append(f"{who}: {address[:120]} is {response.status_code}")
    assert wrong == []


FORM = ["username", "password", "next", "title", "slug", "name", "scopes", "options", "text", "level", "action", "kind"]
FORM += ["_selected_action", "_submission", "_validate", "csrfmiddlewaretoken", "Mon", "recipients", "starts_0", "id"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_in_forms(people: dict[str, Client], text: str) -> None:
    wrong = []
    body = "&".join(f"{name}={text}" for name in FORM) + f"&{text}={text}"
    for who, client in people.items():
        for path in filter(partial(of_interest, text), addresses("1")):
            for form in [body, f"scopes={text}&name=a", f"title=a&slug=a&options={text}&note={text}"]:
                response = client.post(path, form, "application/x-www-form-urlencoded")
                if response.status_code >= 500:
                    wrong.append(f"{who}: {path[:120]} is {response.status_code}")
    assert wrong == []


COOKIES = ['"\\000aaa"', '"aaaaaaaaa\\000aaa"', "a" * 5000, "ä\x80\xff", '"\\377\\200"', "\x00", '=;;="', "9" * 400]


@pytest.mark.parametrize("cookie", COOKIES, ids=[ascii(cookie)[:12] for cookie in COOKIES])
def test_in_cookies(people: dict[str, Client], cookie: str) -> None:
    wrong = []
    header = "; ".join(f"{name}={cookie}" for name in ("sessionid", "csrftoken", "messages", "other"))
    client = Client(raise_request_exception=False, headers={"Cookie": header})
    for path in (
        "/",
        "/boards/this-week/",
        "/activity/",
        "/accounts/login/",
        "/admin/",
        "/live/metrics",
        "/api/points",
    ):
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            if response.status_code >= 500:
                wrong.append(f"{method} {path} is {response.status_code}")
    assert wrong == []


HEADERS = ["Bearer \x00", "Bearer ä\xff", "Bearer " + "a" * 100_000, "Basic Og==", "Token", "Bearer\x00x", "\xff"]
JSON = ["\x00", "a\ud800", "\U0001f30d", "a" * 70_000, 1e400, -(10**400), None, True, [], {}, [[]], {"\x00": "\ud800"}]


def test_in_tokens(people: dict[str, Client]) -> None:
    for header in HEADERS:
        for path in ("/api/points", "/api/banners", "/live/metrics"):
            response = people["a visitor"].post(path, headers={"Authorization": header})
            assert response.status_code < 500, f"{path} with {ascii(header)[:40]}"


def test_in_what_programs_send(people: dict[str, Client]) -> None:
    _, secret = Token.objects.issue("all", "write:*", "banners")
    client, headers = people["a visitor"], {"Authorization": f"Bearer {secret}"}
    fields = ["series", "value", "time", "tags", "text", "level", "from", "until", "recipients", "state"]
    fields.append("announce_minutes_before")
    good: dict[str, dict[str, Any]] = {
        "/api/points": {"series": "a", "value": 1, "tags": {"a": "b"}},
        "/api/banners": {"text": "a"},
        "/api/banners/1/updates": {"state": "a"},
        "/api/banners/1/end": {},
    }
    assert client.post("/api/banners", '{"text": "a"}', "application/json", headers=headers).status_code == 201
    for path, body in good.items():
        for value in JSON:
            for content in [value, *({**body, field: value} for field in fields), {**body, "tags": {"a": value}}]:
                response = client.post(path, json.dumps(content), "application/json", headers=headers)
                assert response.status_code < 500, f"{path} with {ascii(content)[:200]}"
                assert response["Content-Type"] == "application/json"
