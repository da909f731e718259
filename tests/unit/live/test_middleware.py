"""What a page lacks is said."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, engines
from django.test import AsyncClient, Client
from django.urls import path

from live import FragmentError, fragment
from live.middleware import _log_once, complete_pages
from live.page.token import sign_values, verify_values
from live.rendering.context import current_context, requested_with

HEAD, SHOWN, LAST = "{% live_head %}", '{% live "tests.it" %}', "{% live_page %}"


def page(request: HttpRequest, parts: str) -> HttpResponse:
    source = "".join(part for part, name in ((HEAD, "h"), (SHOWN, "s"), (LAST, "l")) if name in parts)
    return HttpResponse(engines["django"].from_string("{% load live %}<body>" + source).render({}, request))


urlpatterns = [path("<str:parts>", page, name="page")]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def it(templates: dict[str, str]) -> Iterator[None]:
    templates["it.html"] = "<p>1</p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    _log_once.cache_clear()
    yield
    _log_once.cache_clear()


def test_fragments_without_the_pages_last_part_are_an_error(client: Client) -> None:
    words = r"^the page of page has fragments and no {% live_page %}, so nothing on it is brought up to date"
    with pytest.raises(FragmentError, match=words):
        client.get("/hs")


@pytest.mark.parametrize("parts", ["hsl", "h", "hl", "s"])
def test_whole_pages_those_without_fragments_and_those_that_are_not_live_are_none(client: Client, parts: str) -> None:
    assert client.get(f"/{parts}").status_code == 200


@pytest.mark.parametrize(("html", "tag"), [("<tr><td>1</td></tr>", "tr"), ("<li>1</li>", "li")])
def test_a_fragment_that_no_browser_leaves_there_is_an_error(
    client: Client, templates: dict[str, str], settings: Any, html: str, tag: str
) -> None:
    """A row in a <div> was dropped without a word."""
    templates["it.html"] = html
    with pytest.raises(FragmentError, match=rf"^on the page of page, #tests-it: <{tag}> is in no <"):
        client.get("/hsl")
    assert client.get("/s").status_code == 200, "a part of a page, for htmx"
    settings.LIVE_STRICT = False
    assert client.get("/hsl").status_code == 200


def test_what_a_view_raises_is_not_hidden_by_what_its_page_lacks_then(
    client: Client, templates: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """The page of the error is its response, and the middleware gets that."""
    templates["it.html"] = "<p>{{ count|no_such_filter }}</p>"
    client.raise_request_exception = False
    assert client.get("/hsl").status_code == 500
    assert "no_such_filter" in caplog.text and "no {% live_page %}" not in caplog.text


@pytest.mark.django_db(transaction=True)
async def test_asynchronous_servers_have_it_too(async_client: AsyncClient) -> None:
    with pytest.raises(FragmentError, match="no {% live_page %}"):
        await async_client.get("/hs")
    assert (await async_client.get("/hsl")).status_code == 200


def test_elsewhere_the_log_says_it_once(client: Client, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.LIVE_STRICT = False
    for _ in range(2):
        assert client.get("/hs").status_code == 200
    said = [record.getMessage() for record in caplog.records if record.name == "live.middleware"]
    assert [words.partition(",")[0] for words in said] == ["the page of page has fragments and no {% live_page %}"]


def test_a_boosted_link_to_a_live_page_loads_it(client: Client) -> None:
    """In a document without our scripts it would never be live."""

    def redirect(path: str, method: str = "GET", **headers: str) -> str | None:
        return client.generic(method, path, headers={"HX-Request": "true", **headers}).get("HX-Redirect")

    boosted = {"HX-Boosted": "true"}
    assert redirect("/hsl?page=2", **boosted) == "/hsl?page=2"
    assert redirect("/hsl") is None, "htmx wants a part of it"
    assert redirect("/s", **boosted) is None, "it is none"
    assert redirect("/hsl", "POST", **boosted) is None, "what was sent must not be lost"


# What a page is for comes along with its htmx's requests


def seen_by(header: str | None, rf: Any, *, is_async: bool) -> HttpResponse:
    """What a view is told."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(repr(current_context() and current_context().values))  # type: ignore[union-attr]

    async def async_view(request: HttpRequest) -> HttpResponse:
        return view(request)

    request = rf.get("/", headers={} if header is None else {"Live-Context": header})
    if is_async:
        return async_to_sync(complete_pages(async_view))(request)  # type: ignore[arg-type, no-any-return]
    return complete_pages(view)(request)  # type: ignore[no-any-return]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_response_is_for_the_tenant_of_the_page_that_asks(rf: Any, is_async: bool) -> None:
    tenant = (("tenant", 7),)
    assert seen_by(sign_values(tenant, "testserver"), rf, is_async=is_async).content.decode() == repr(tenant)
    assert seen_by(None, rf, is_async=is_async).content == b"None"
    for forged in ("forged", sign_values(tenant, "red.example.com")):
        refused = seen_by(forged, rf, is_async=is_async)
        assert (refused.status_code, b"not signed by this site" in refused.content) == (400, True)


def test_a_page_says_what_it_is_for_to_its_script(rf: Any) -> None:
    def page(template: str, **headers: str) -> str:
        return Template("{% load live %}" + template).render(Context({"request": rf.get("/", headers=headers)}))

    assert "data-context" not in page("{% live_page %}")
    text = re.search('data-context="([^"]+)"', page("{% live_context tenant=7 %}{% live_page %}"))[1]  # type: ignore[index]
    assert verify_values(text, "testserver") == (("tenant", 7),)
    with requested_with((("tenant", 8),)):
        assert "data-context" in page("{% live_page %}")
