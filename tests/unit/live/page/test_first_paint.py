"""However many tags a page has, what is behind them is read at once."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.template.backends.django import Template as BackendTemplate
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path

from live import FragmentError, fragment
from live.page.first_paint import fill_slots
from live.page.token import verify
from tests.unit.live.crew import pk
from tests.unit.live.loaded import Rows

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls(__name__)]

ROWS = '{% for person in people %}{% live "tests.row" pk=person.pk %}{% endfor %}'
PAGE = "{% load live cache %}<html><head>{% live_head %}</head><body>" + ROWS + "{% live_page %}</body></html>"


def people(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html", {"people": User.objects.filter(email="").order_by("pk")})


urlpatterns = [path("", people)]


@pytest.fixture
def rows(templates: dict[str, str]) -> Rows:
    templates |= {"page.html": PAGE, "403.html": "<p>not for you</p>"}
    return Rows(templates)


def show(source: str, **context: Any) -> str:
    return render_to_string(source, {"people": User.objects.order_by("pk"), **context}, RequestFactory().get("/"))


def test_a_page_of_100_takes_few_queries(rows: Rows, client: Client, django_assert_max_num_queries: Any) -> None:
    keys = rows.make(*(f"person {n}" for n in range(100)))
    rows.row.visible_to_many(lambda user, pks: User.objects.filter(pk__in=pks).values_list("pk", flat=True))
    client.force_login(User.objects.create(username="viewer", email="viewer@example.org"))
    with django_assert_max_num_queries(12) as queries:
        html = client.get("/").content.decode()
    assert len(queries) == 5, "session, user, the view's own, what is loaded, what may be seen"
    assert re.findall(r'<p id="([\w-]+)"', html) == [key.element for key in keys]
    assert "<!--live" not in html
    token = re.search(r'name="page" value="([^"]+)"', html)
    assert token is not None and list(verify(token[1]).roots.values()) == keys


def test_what_may_not_be_seen_is_a_403_before_anything_is_sent(rows: Rows, client: Client) -> None:
    [ann, _bob] = rows.make("Ann", "Bob")
    rows.row.visible_to_many(lambda user, pks: [pk(ann)])
    assert client.get("/").status_code == 403
    with pytest.raises(PermissionDenied, match=r"tests\.row\(pk=\d+\) is not to be seen by AnonymousUser"):
        show("page.html")


def test_what_went_meanwhile_is_said_to_be_gone(rows: Rows, templates: dict[str, str], settings: Any) -> None:
    settings.LIVE_STRICT = False
    [ann] = rows.make("Ann")
    rows.row.visible_to_many(lambda user, pks: [pk(ann)])
    templates["gone.html"] = '{% load live %}{% live "tests.row" pk=0 %}' + ROWS
    html = show("gone.html")
    assert "no longer here" in html and ">Ann<" in html


def test_an_error_is_raised_in_the_view_or_shown_in_place(rows: Rows, client: Client, settings: Any) -> None:
    rows.make("Ann", "bad")
    with pytest.raises(ValueError, match="a bad row"):
        client.get("/")
    settings.LIVE_STRICT = False
    html = client.get("/").content.decode()
    assert ">Ann<" in html and "could not be shown" in html


def test_a_template_that_is_rendered_inside_of_another_is_filled_by_itself(
    rows: Rows, templates: dict[str, str]
) -> None:
    rows.make("Ann", "Bob")
    templates["inner.html"] = "{% load live %}" + ROWS
    templates["outer.html"] = "<div>{{ inner }}</div>{% include 'inner.html' with people=others %}"
    [ann, bob] = User.objects.order_by("pk")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    class Inner:
        def __str__(self) -> str:
            return render_to_string("inner.html", {"people": [ann]}, request)

        __html__ = __str__

    html = render_to_string("outer.html", {"inner": Inner(), "others": [bob]}, request)
    assert re.search(r"<div><p .*>Ann</p></div><p .*>Bob</p>$", html)
    assert len(rows.loads) == 2


def test_a_template_that_django_did_not_load_is_rendered_at_once(rows: Rows) -> None:
    rows.make("Ann", "Bob")
    context = {"people": User.objects.order_by("pk")}
    html = Template("{% load live %}" + ROWS).render(RequestContext(RequestFactory().get("/"), context))
    assert ">Ann<" in html and ">Bob<" in html
    assert len(rows.loads) == 2


@pytest.mark.parametrize("text", ["<!--live:x-->", "<!--live:{}-->", "<!--live:{}:{}-->"])
def test_a_comment_of_somebody_that_looks_like_a_slot_does_nothing(
    rows: Rows, templates: dict[str, str], text: str
) -> None:
    """It was a 500 for everybody who looked at the page."""
    [ann] = rows.make("Ann")
    text = text.replace("{}", ann.element)
    templates["written.html"] = "{% load live %}{{ text|safe }}" + ROWS
    assert show("written.html", text=text).startswith(f"{text}<p id=")
    templates["written.html"] = "{{ text|safe }}"
    assert show("written.html", text=text) == text


def test_a_slot_that_comes_from_a_cache_is_an_error(rows: Rows, templates: dict[str, str]) -> None:
    rows.make("Ann")
    templates["cached.html"] = "{% load live cache %}{% cache 60 rows %}" + ROWS + "{% endcache %}"
    assert ">Ann<" in show("cached.html")
    with pytest.raises(FragmentError, match=r"tests-row-\d+ is in the page's HTML, and no .* in a {% cache %}\?"):
        show("cached.html")


def test_what_they_nest_is_on_the_page_once(rows: Rows, templates: dict[str, str]) -> None:
    [ann] = rows.make("Ann")
    templates["twice.html"] = "{% load live %}" + ROWS + '{% live "tests.around" n=1 %}{% live "tests.around" n=2 %}'
    templates["around.html"] = '{% load live %}<div>{% live "tests.row" pk=pk %}</div>'

    @fragment("around.html", load_many=lambda keys: dict.fromkeys(keys, pk(ann)))
    def around(loaded: int, n: int) -> dict[str, Any]:
        return {"pk": loaded}

    with pytest.raises(FragmentError, match=r"tests\.row\(pk=\d+\) is there twice"):
        show("twice.html")


def test_an_app_that_is_made_ready_twice_has_templates_filled_once() -> None:
    before = BackendTemplate.render
    fill_slots()
    assert BackendTemplate.render is before
