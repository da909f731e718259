"""Pages and fragments of Jinja2 templates, beside Django's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from live import Fragment, FragmentError, fragment, html_of
from live.checks import templates_exist
from live.rendering import unreadable
from live.rendering.render import placeholder
from live.testing import watch

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]
PAGE = """<html data-live="connecting"><head>{{ live_head(refresh=7, nonce="abc") }}</head><body>{{ live_state() }}
{% for team in teams %}{{ live("tests.team", pk=team.pk) }}{% endfor %}{{ live_page() }}</body></html>"""
TEAM = """{# A team. #}
<section class="team">{{ team.name }}{% for pk in people %}{{ live("tests.person", pk=pk) }}{% endfor %}</section>"""


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.jinja", {"teams": Group.objects.order_by("pk")})


urlpatterns = [path("", page), path("live/", include("live.urls"))]


def shop(request: Any) -> dict[str, Any]:
    return {"shop_name": "Flowers"}


@pytest.fixture
def write(templates: dict[str, str], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes a template of Jinja2, in a project that has Django's, too."""
    for name in ("_processors", "_logged"):
        monkeypatch.setattr(unreadable, name, set(getattr(unreadable, name)))
    options = {"extensions": ["live.jinja2.LiveExtension"], "context_processors": [f"{__name__}.shop"]}
    backend = "django.template.backends.jinja2.Jinja2"
    settings.TEMPLATES = [{"BACKEND": backend, "DIRS": [tmp_path], "OPTIONS": options}, *settings.TEMPLATES]
    return lambda name, source: (tmp_path / name).write_text(source)


@pytest.fixture
def teams(write: Callable[[str, str], Any], templates: dict[str, str]) -> tuple[Fragment, Fragment]:
    """``tests.team``, of Jinja2, nests ``tests.person``, of Django."""
    write("page.jinja", PAGE)
    write("team.jinja", TEAM)
    templates["person.html"] = "<p>{{ person.first_name }}</p>"

    @fragment("team.jinja", depends_on=Group)
    def team(pk: int) -> dict[str, Any]:
        one = Group.objects.get(pk=pk)
        return {"team": one, "people": list(one.user_set.order_by("pk").values_list("pk", flat=True))}

    @fragment("person.html", depends_on=User)
    def person(pk: int) -> dict[str, Any]:
        return {"person": User.objects.get(pk=pk)}

    return team, person


def hire(team: Group, name: str) -> User:
    user = User.objects.create(username=name, first_name=name)
    user.groups.add(team)
    return user


@pytest.mark.parametrize("many", [False, True], ids=["one by one", "together"])
def test_a_page_is_live(teams: tuple[Fragment, Fragment], client: Client, many: bool) -> None:
    team, person = teams
    if many:
        team.visible_to_many(lambda user, pks: pks)
    crew, bread = Group.objects.create(name="Crew & Co"), Group.objects.create(name="Bread")
    ann = hire(crew, "Ann")
    with watch(client, "/") as page:
        assert page.html.count('data-version="') == 3 and "<!--live:" not in page.html
        assert ">Crew &amp; Co<" in str(page.shows(team.key(pk=crew.pk)))
        ann.first_name = "<Anna>"
        ann.save()
        page.wait_for(person.key(pk=ann.pk), contains=">&lt;Anna&gt;<")
        bob = hire(crew, "Bob")
        page.wait_for(team.key(pk=crew.pk), contains=">Bob<")
        User.objects.filter(pk=bob.pk).update(first_name="Rob")
        page.wait_for(person.key(pk=bob.pk), contains=">Rob<")
        gone = team.key(pk=bread.pk)
        bread.delete()
        page.wait_for(gone, contains="This is no longer here")


def test_the_tags_leave_for_each_other_what_they_do_in_django(teams: tuple[Fragment, Fragment], client: Client) -> None:
    html = client.get("/").content.decode()
    assert '<meta http-equiv="refresh" content="7">' in html and 'nonce="abc"' in html
    assert "Loaded again every 7 s." in html, "the state knows it of the head"
    assert 'name="page" value="' in html and html.count("live/live.js") == 1


def test_a_page_of_django_has_a_fragment_of_jinja2(teams: tuple[Fragment, Fragment], rf: Any) -> None:
    crew = Group.objects.create(name="Crew")
    source = "{% load live %}{% live 'tests.team' pk=pk %}"
    html = engines["django"].from_string(source).render({"pk": crew.pk}, rf.get("/"))
    assert ">Crew</section>" in html


def test_all_tags_and_filters_are_there(write: Callable[[str, str], Any], rf: Any) -> None:
    tags = ["live_context(tenant=5)", "live_banners()", "live_notices()", "chart_gradients()", "live_page()"]
    write("all.jinja", "".join(f"{{{{ {tag} }}}}" for tag in tags) + "{{ moment|zone_if_ambiguous }}|")
    html = render(rf.get("/"), "all.jinja", {"moment": timezone.now()}).content.decode()
    parts = ['id="live_banners-banners-everywhere"', 'id="live_notices-notices"', "<linearGradient", 'id="live"', "|"]
    assert [part for part in parts if part not in html] == []


def test_a_fragment_that_is_gone_is_said_where_its_root_may_stand(
    write: Callable[[str, str], Any], templates: dict[str, str]
) -> None:
    write("row.jinja", "{% set a = 1 %}{# A row. #}\n<tr><td>{{ a }}</td></tr>")

    @fragment("row.jinja")
    def row() -> dict[str, Any]:
        return {}

    assert ">1</td></tr>" in html_of(row.key())
    assert placeholder(row.key(), "gone").tag == "tr"


READS = {
    "{{ user.username }}": "user",
    "{{ user }}": "user",
    "{% if user %}a{% endif %}": "user",
    "{{ request.path }}": "request",
    "{{ csrf_token }}": "csrf_token",
    "{{ csrf_input }}": "csrf_input",
    "{{ shop_name }}": "shop_name",
    "{{ shop_name|upper }}": "shop_name",
    "{{ shop_name.x }}": "shop_name",
    "{% if shop_name %}a{% endif %}": "shop_name",
    "{% for letter in shop_name %}a{% endfor %}": "shop_name",
}


@pytest.fixture
def show(write: Callable[[str, str], Any], rf: Any) -> Callable[[str], str]:
    """Shows a fragment of such HTML on a page."""

    @fragment("it.jinja")
    def it() -> dict[str, Any]:
        return {}

    def show(html: str) -> str:
        write("it.jinja", f"<p>{html}</p>")
        write("shows.jinja", '{{ shop_name }}: {{ live("tests.it") }}')
        request = rf.get("/")
        request.user = User(username="ann")
        return render(request, "shows.jinja").content.decode()

    return show


@pytest.mark.parametrize(("html", "name"), READS.items(), ids=READS)
def test_what_there_is_only_on_a_page_is_an_error_in_a_fragment(
    show: Callable[[str], str], html: str, name: str
) -> None:
    with pytest.raises(FragmentError, match=rf"^tests\.it\(\) reads '{name}'"):
        show(html)


@pytest.mark.parametrize("html", [html for html, name in READS.items() if name.startswith(("csrf", "shop"))])
def test_where_it_is_not_strict_it_is_empty_and_in_the_log(
    show: Callable[[str], str], html: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LIVE_STRICT = False
    assert "></p>" in show(html)
    assert "it is empty there" in caplog.text


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("</p><p>", "a second element, <p>"),
        ('<b style="x">a</b>', "refused by a strict content"),
        ("{{ live_page() }}", "the live tags need a request"),
        ('{{ live("tests.nobody") }}', "no fragment is called 'tests.nobody'"),
        ('{{ live("tests.it") }}', "<p> ends the <p> that it is in"),
    ],
)
def test_errors_are_those_of_django(show: Callable[[str], str], html: str, words: str) -> None:
    with pytest.raises(FragmentError, match=words):
        show(html)


def test_a_page_without_its_last_part_is_an_error(
    teams: tuple[Fragment, Fragment], write: Callable[[str, str], Any], client: Client
) -> None:
    Group.objects.create(name="Crew")
    write("page.jinja", PAGE.replace("{{ live_page() }}", ""))
    with pytest.raises(FragmentError, match="has fragments and no {% live_page %}"):
        client.get("/")


def test_a_template_that_is_missing_or_broken_is_found_by_the_check(write: Callable[[str, str], Any]) -> None:
    write("broken.jinja", "{% if %}")
    for number, name in enumerate(["absent.jinja", "broken.jinja"]):

        def one() -> dict[str, Any]:
            return {}

        one.__name__ = f"one{number}"
        fragment(name)(one)
    found = {str(message.msg).partition(":")[0]: message.id for message in templates_exist()}
    assert (found["tests.one0"], found["tests.one1"]) == ("live.W002", "live.W003")


def test_without_an_engine_of_django_it_says_what_is_missing(
    write: Callable[[str, str], Any], settings: Any, rf: Any
) -> None:
    settings.TEMPLATES = settings.TEMPLATES[:1]
    write("alone.jinja", "{{ live_state() }}")
    with pytest.raises(ImproperlyConfigured, match="the templates of live are Django's: behind Jinja2, add"):
        render(rf.get("/"), "alone.jinja")
