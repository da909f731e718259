"""The gallery's page: for everybody, kept by caches, in the theme that is asked for."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client

from gallery.sections import SECTIONS, examples

pytestmark = pytest.mark.django_db
PAGE = "/charts/"


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def test_everybody_may_see_it_and_caches_may_keep_it(client: Client) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in answer.headers["Vary"]
    assert not answer.cookies
    again = client.get(PAGE, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.post(PAGE).status_code == 405


def test_who_is_signed_in_has_a_page_of_their_own(client: Client) -> None:
    client.force_login(User.objects.create_user("ada"))
    answer = client.get(PAGE)
    assert "ada" in answer.content.decode()
    assert "private" in answer.headers["Cache-Control"] and "public" not in answer.headers["Cache-Control"]


def test_it_asks_the_database_nothing(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get(PAGE)


@pytest.mark.parametrize(
    ("query", "attributes"),
    [
        ("", {"lang": "en", "dir": "ltr"}),
        ("?theme=light", {"lang": "en", "dir": "ltr", "data-theme": "light"}),
        ("?theme=dark", {"lang": "en", "dir": "ltr", "data-theme": "dark"}),
        ('?theme="><script>', {"lang": "en", "dir": "ltr"}),
    ],
)
def test_the_theme_is_asked_for_by_a_link(client: Client, query: str, attributes: dict[str, str]) -> None:
    elements = Elements(client.get(PAGE + query).content.decode()).elements
    assert elements[0] == ("html", attributes)
    chosen = [attrs["href"] for tag, attrs in elements if tag == "a" and attrs.get("aria-current")]
    assert chosen == [query if "data-theme" in attributes else PAGE]


def test_it_has_no_script_and_no_style_of_its_own(client: Client) -> None:
    elements = Elements(client.get(PAGE).content.decode()).elements
    assert not [tag for tag, attrs in elements if tag in ("script", "style") or "style" in attrs]
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on")]


def test_ids_are_its_own_and_each_is_there_once(client: Client) -> None:
    html = client.get(PAGE).content.decode()
    ids = [attrs["id"] for _, attrs in Elements(html).elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert set(targets) <= set(ids) and {section.slug for section in SECTIONS} <= set(targets)


def test_every_call_is_shown_as_text(client: Client) -> None:
    html = client.get(PAGE).content.decode()
    calls = [listed.call for listed in examples()]
    pieces = "".join(ElementTree.fromstring(f"<pre>{code}</pre>").text or "" for code in shown(html))
    assert all(call in pieces for call in calls)
    assert "<script" not in html


def shown(html: str) -> list[str]:
    return re.findall(r"<pre><code>(.*?)</code></pre>", html, re.S)


def test_a_picture_stands_alone(client: Client) -> None:
    answer = client.get("/charts/line.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.content.startswith(b"<svg")
    assert client.get("/charts/line.svg", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/charts/no-such.svg").status_code == 404
    assert client.get("/charts/state-waiting.svg").status_code == 404
