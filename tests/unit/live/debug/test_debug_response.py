"""With DEBUG a page says what will not work on it."""

import html
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import AsyncClient, Client
from django.urls import include, path
from django.views.decorators.cache import never_cache

from live import fragment
from live.debug import response as debug
from live.socket import routing

PAGE = "<!doctype html><html><head>{}</head><body>{}</body></html>"
HEAD, SHOWN, LAST = "{% live_head %}", '{% live "tests.it" %}', "{% live_page %}"
WHOLE = PAGE.format(HEAD, SHOWN + LAST)
STRIP = re.compile(r"<li>(.*?)</li>")


def page(request: HttpRequest) -> HttpResponse:
    made = HttpResponse(engines["django"].from_string("{% load live static %}" + SOURCE["page"]).render({}, request))
    made["Content-Length"] = str(len(made.content))
    return made


SOURCE = {"page": WHOLE}
urlpatterns = [path("", never_cache(page)), path("cached", page), path("live/", include("live.urls"))]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def developing(templates: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    templates["it.html"] = "<p>1</p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    settings.DEBUG, settings.LIVE_STRICT = True, False
    settings.WHITENOISE_AUTOREFRESH = False
    monkeypatch.setattr(routing, "is_routed", True)


async def problems(client: AsyncClient, source: str = WHOLE, address: str = "/", **headers: str) -> list[str]:
    SOURCE["page"] = source
    answer = await client.get(address, headers=headers)
    assert answer["Content-Length"] == str(len(answer.content))
    return [html.unescape(text) for text in STRIP.findall(answer.content.decode())]


@pytest.mark.django_db(transaction=True)
async def test_a_page_on_which_all_is_right_has_nothing_more(async_client: AsyncClient) -> None:
    assert await problems(async_client) == []
    assert await problems(async_client, PAGE.format("", "No fragment")) == []
    # One that is not to be live.
    assert await problems(async_client, PAGE.format("", SHOWN)) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("source", "words"),
    [
        (PAGE.format(HEAD, SHOWN), "It has fragments and no {% live_page %}"),
        (PAGE.format("", SHOWN + LAST), "It has fragments and no {% live_head %}"),
        (PAGE.format(HEAD, SHOWN + LAST + LAST), "{% live_page %} is there twice"),
        (
            PAGE.format(HEAD + '<script src="/static/django_htmx/htmx-2.min.js"></script>', SHOWN + LAST),
            "htmx is loaded twice",
        ),
        (
            PAGE.format(HEAD + '<script src="https://unpkg.com/htmx.org@2.0.4"></script>', SHOWN + LAST),
            "htmx is loaded twice",
        ),
        (
            PAGE.format(HEAD + "<script src=\"{% static 'shop/no.js' %}\"></script>", SHOWN + LAST),
            "/static/shop/no.js is a 404",
        ),
    ],
)
async def test_what_will_not_work_is_said(
    async_client: AsyncClient, caplog: pytest.LogCaptureFixture, source: str, words: str
) -> None:
    (problem,) = await problems(async_client, source)
    assert problem.startswith(words)
    assert f"/: {problem}" in caplog.text


@pytest.mark.django_db(transaction=True)
async def test_an_own_htmx_alone_and_what_is_about_it_is_right(async_client: AsyncClient) -> None:
    own = (
        '<script src="https://cdn.example/htmx.min.js"></script><script src="https://cdn.example/ext/htmx.js"></script>'
    )
    own += '<script src="https://cdn.example/htmx-ours.js"></script><link rel="icon" href="data:,">'
    assert await problems(async_client, PAGE.format("{% live_head htmx=False %}" + own, SHOWN + LAST)) == []


@pytest.mark.django_db(transaction=True)
async def test_a_socket_that_nobody_answers(
    async_client: AsyncClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "is_routed", False)
    settings.ASGI_APPLICATION = "shop.asgi.application"
    (problem,) = await problems(async_client)
    assert problem.startswith("Nothing answers at its socket: shop.asgi.application is without with_live()")
    routing.with_live(None)
    assert await problems(async_client) == []


@pytest.mark.django_db(transaction=True)
async def test_a_view_that_browsers_may_cache(async_client: AsyncClient) -> None:
    (problem,) = await problems(async_client, address="/cached")
    assert problem.startswith("Its view is not never_cache")


def test_a_server_without_websockets(client: Client) -> None:
    SOURCE["page"] = WHOLE
    assert "This server has no WebSockets" in client.get("/").content.decode()


@pytest.mark.django_db(transaction=True)
async def test_it_is_said_to_developers_alone_and_in_whole_pages(async_client: AsyncClient, settings: Any) -> None:
    source = PAGE.format(HEAD, SHOWN)
    answers = [await problems(async_client, source, "/", **{"HX-Request": "true"})]
    settings.DEBUG = False
    answers.append(await problems(async_client, source))
    assert answers == [[], []]


@pytest.mark.django_db(transaction=True)
async def test_what_is_packed_is_said_in_the_log(
    async_client: AsyncClient, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:1], "django.middleware.gzip.GZipMiddleware", *settings.MIDDLEWARE[1:]]
    SOURCE["page"] = PAGE.format(HEAD, SHOWN + "x" * 500)
    answer = await async_client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip" and "no {% live_page %}" in caplog.text


def test_which_scripts_are_htmx() -> None:
    for name in (
        "/a/htmx.js",
        "htmx.min.js",
        "htmx-2.min.js",
        "/htmx.org@2.0.4",
        "/htmx.org@2/dist/htmx.esm.js",
        "htmx.min.0123456789ab.js",
    ):
        assert debug._is_htmx(name), name
    for name in ("/htmx-ours.js", "/htmx.org@2/dist/ext/ws.js", "/ext/htmx.js", "/hx-ws-2.min.js", "/htmx.css"):
        assert not debug._is_htmx(name), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("beside", ["", SHOWN.replace(" %}", ' at="beside" %}')])
async def test_a_fragment_from_a_cache_is_told_of(async_client: AsyncClient, beside: str) -> None:
    kept = "{% load cache %}{% cache 60 " + f"told{len(beside)}" + " %}" + SHOWN + "{% endcache %}"
    source = PAGE.format(HEAD, kept + beside + LAST)
    assert await problems(async_client, source) == []
    [problem] = await problems(async_client, source)
    assert problem == "#tests-it is as it was once, and stays so: put no {% live %} into a {% cache %}."
