"""The tags of a page."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest
from django.template import Context, Template, engines
from django.test import AsyncRequestFactory, RequestFactory
from django.urls import set_script_prefix
from django.utils import timezone, translation

import live
from live import FragmentError, fragment
from live.page.page import Page
from live.page.token import sign, verify
from live.rendering.seals import seal
from live.rendering.tree import render_tree, to_html
from live.templatetags.live import warn_of_wsgi
from tests.unit.live.crew import Crew, pk

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TOKEN = re.compile(r'name="page" value="([^"]+)"')


def request(user: Any = None) -> HttpRequest:
    made = RequestFactory().get("/")
    if user is not None:
        made.user = user
    return made


def show(source: str, at: HttpRequest | None = None, **context: Any) -> str:
    return engines["django"].from_string("{% load live %}" + source).render(context, at or request())


def test_a_fragment_is_on_the_page_as_it_is_pushed_later(crew: Crew) -> None:
    team, _ = crew.make("crew", "Ann", "Bob")
    renders = render_tree([team])
    assert show('{% live "tests.team" pk=pk %}', pk=pk(team)) == to_html(renders[team.id], renders)


LAZY_TEAM = '{% live "tests.team" pk=pk lazy=True %}{% live_page %}'


def test_what_is_lazy_is_a_placeholder_until_it_is_near(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    html = show(LAZY_TEAM, RequestFactory().get("/crews/", {"q": "a b"}), pk=pk(team))
    placeholder = f'id="{team.element}" data-version="lazy" data-seal="{seal(team.element)}" data-live-lazy '
    assert placeholder in html and ann.element not in html and "Ann" not in html
    assert list(verify(TOKEN.search(html)[1]).roots.values()) == [team]  # type: ignore[index]
    assert '<noscript><meta http-equiv="refresh" content="0; url=/crews/?q=a+b&amp;live=whole"></noscript>' in html
    whole = show(LAZY_TEAM, RequestFactory().get("/crews/", {"live": "whole"}), pk=pk(team))
    assert "Ann" in whole and 'content="0;' not in whole and "lazy" not in whole
    part = show(
        '{% live "tests.team" pk=pk lazy=True %}',
        RequestFactory().get("/", headers={"HX-Request": "true"}),
        pk=pk(team),
    )
    assert "data-live-lazy" in part and "data-entry" in part


def test_what_is_lazy_and_not_there_or_not_to_be_seen_is_so_at_once(templates: dict[str, str]) -> None:
    templates["lazy.html"] = "<p>words</p>"
    answer: list[Any] = [False, ObjectDoesNotExist()]

    @fragment("lazy.html")
    def words() -> dict[str, Any]:
        return {}

    @words.visible_to
    def _(user: Any) -> bool:
        if isinstance(answer[0], Exception):
            raise answer[0]
        return bool(answer[0])

    source = '{% live "tests.words" lazy=True %}'
    with pytest.raises(PermissionDenied):
        show(source)
    answer.pop(0)
    assert "This is no longer here." in show(source)


def test_nothing_is_lazy_inside_of_a_fragment(templates: dict[str, str]) -> None:
    templates["inner.html"] = "<p>inner</p>"
    templates["outer.html"] = '{% load live %}<div>{% live "tests.inner" lazy=True %}</div>'

    @fragment("inner.html")
    def inner() -> dict[str, Any]:
        return {}

    @fragment("outer.html")
    def outer() -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match="cannot be lazy inside another fragment"):
        show('{% live "tests.outer" %}')


def test_what_a_response_by_htmx_brings_is_signed_one_by_one(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    user, part = User.objects.create(username="viewer"), RequestFactory().get("/", headers={"HX-Request": "true"})
    part.user = user
    html = show('{% live "tests.team" pk=pk %}', part, pk=pk(team))
    [entry] = re.findall(r'data-entry="([^"]+)"', html)
    page = verify(sign(Page(user=str(user.pk))), [entry])
    assert list(page.roots.values()) == [team], "what is nested comes with it"
    assert ann.element in html
    assert "data-entry" not in show('{% live "tests.team" pk=pk %}', request(user), pk=pk(team))


def test_the_page_is_signed_with_its_roots_and_its_user(crew: Crew) -> None:
    team, [_ann] = crew.make("crew", "Ann")
    _, [bob] = crew.make("other", "Bob")
    user = User.objects.create(username="viewer")
    html = show(
        '{% live "tests.person" pk=bob %}{% live "tests.team" pk=team %}{% live_page %}',
        request(user),
        bob=pk(bob),
        team=pk(team),
    )
    page = verify(TOKEN.search(html)[1])  # type: ignore[index]
    assert page.user == str(user.pk)
    assert list(page.roots.values()) == [bob, team], "what is nested is not asked for by itself"


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_without_a_user_it_is_nobodys_page(user: Any) -> None:
    html = show("{% live_page %}", request(user))
    assert verify(TOKEN.search(html)[1]).user is None  # type: ignore[index]


def test_the_socket_is_under_the_script_prefix() -> None:
    assert 'ws-connect="/live/socket"' in show("{% live_page %}")
    set_script_prefix("/boards/")
    try:
        assert 'ws-connect="/boards/live/socket"' in show("{% live_page %}")
    finally:
        set_script_prefix("/")


def test_a_fragment_is_on_the_page_once(crew: Crew) -> None:
    _, [ann] = crew.make("crew", "Ann")
    with pytest.raises(FragmentError, match="is there twice"):
        show('{% live "tests.person" pk=pk %}{% live "tests.person" pk=pk %}', pk=pk(ann))


def test_a_fragment_is_on_the_page_again_where_the_other_one_is_named(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    again = '{% live "tests.person" pk=ann at="header" %}{% live "tests.person" pk=ann at=where %}'
    html = show('{% live "tests.team" pk=team %}' + again + "{% live_page %}", ann=pk(ann), team=pk(team), where="x")
    assert html.count("Ann</p>") == 3
    assert f'<p id="{ann.element}-_at_header"' in html
    page = verify(TOKEN.search(html)[1])  # type: ignore[index]
    assert list(page.roots.values()) == [team, ann.named_at("header"), ann.named_at("x")]
    for twice in ('{% live "tests.person" pk=ann at="header" %}', '{% live "tests.person" pk=ann %}'):
        with pytest.raises(FragmentError, match=r'is there twice; name the other one: {% live \.\.\. at="footer" %}$'):
            show(twice * 2, ann=pk(ann))


def test_what_is_again_on_the_page_has_what_it_nests_again(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    html = show(
        '{% live "tests.team" pk=team %}{% live "tests.team" pk=team at="footer" %}{% live_page %}', team=pk(team)
    )
    assert f'<p id="{ann.element}"' in html and f'<p id="{ann.element}-_at_footer"' in html
    page = verify(TOKEN.search(html)[1])  # type: ignore[index]
    assert list(page.roots.values()) == [team, team.named_at("footer")]


def test_a_fragment_with_a_parameter_called_at_takes_it_as_that(templates: dict[str, str]) -> None:
    templates["at.html"] = "<p>{{ at }}</p>"

    @fragment("at.html")
    def clock(at: str) -> dict[str, Any]:
        return {"at": at}

    assert re.search(r'<p id="tests-clock-now".*>now</p>', show('{% live "tests.clock" at="now" %}'))


def test_a_fragment_may_have_a_parameter_called_name(templates: dict[str, str]) -> None:
    templates["named.html"] = "<p>{{ name }}</p>"

    @fragment("named.html")
    def item(name: str) -> dict[str, Any]:
        return {"name": name}

    assert re.search(r'<p id="tests-item-pens".*>pens</p>', show('{% live "tests.item" name="pens" %}'))
    assert str(item.key(name="pens")) == "tests.item(name='pens')"


@pytest.mark.parametrize("order", ["{team}{person}", "{person}{team}"])
def test_a_fragment_is_not_on_the_page_beside_the_one_that_nests_it(crew: Crew, order: str) -> None:
    """A second element with its id would never be brought up to date."""
    team, [ann] = crew.make("crew", "Ann")
    source = order.format(team='{% live "tests.team" pk=team %}', person='{% live "tests.person" pk=ann %}')
    with pytest.raises(FragmentError, match=rf"tests\.person\(pk={pk(ann)}\) is there twice"):
        show(source, team=pk(team), ann=pk(ann))


def test_the_page_comes_last(crew: Crew) -> None:
    _, [ann] = crew.make("crew", "Ann")
    with pytest.raises(FragmentError, match="must be the last thing on the page"):
        show('{% live_page %}{% live "tests.person" pk=pk %}', pk=pk(ann))


def test_an_unknown_fragment_and_wrong_parameters_are_named(crew: Crew) -> None:
    with pytest.raises(FragmentError, match=r"no fragment is called 'tests.nobody'"):
        show('{% live "tests.nobody" %}')
    with pytest.raises(FragmentError, match=r"tests\.person takes \(pk\), not \(id\)"):
        show('{% live "tests.person" id=1 %}')


@pytest.mark.parametrize("tag", ['{% live "tests.person" pk=1 %}', "{% live_page %}"])
def test_the_tags_need_the_request(crew: Crew, tag: str) -> None:
    User.objects.create(pk=1, username="ann")
    with pytest.raises(FragmentError, match=r"the live tags need a request: render the template with one"):
        Template("{% load live %}" + tag).render(Context())


def test_request_is_there_without_its_context_processor(crew: Crew, settings: Any) -> None:
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": []}}]
    _, [ann] = crew.make("crew", "Ann")
    html = show('{% live "tests.person" pk=ann %}{% live_page %}', ann=pk(ann))
    assert list(verify(TOKEN.search(html)[1]).roots.values()) == [ann]  # type: ignore[index]


def test_wsgi_server_is_warned_of_once_a_process(caplog: pytest.LogCaptureFixture) -> None:
    warn_of_wsgi.cache_clear()
    for _ in range(2):
        show("{% live_page %}", RequestFactory().get("/", SERVER_NAME="127.0.0.1"))
    assert [record.getMessage().partition(",")[0] for record in caplog.records] == ["a WSGI server serves this page"]


@pytest.mark.urls("django.contrib.auth.urls")
def test_a_page_that_nothing_can_update_says_so(caplog: pytest.LogCaptureFixture) -> None:
    warn_of_wsgi.cache_clear()
    html = show("{% live_page %}", RequestFactory().get("/", SERVER_NAME="127.0.0.1"))
    assert 'data-page=""' in html and 'data-static="Not live: ' in html
    assert "has not included live.urls" in caplog.text
    warn_of_wsgi.cache_clear()
    assert "data-static" not in show("{% live_page %}", AsyncRequestFactory().get("/", headers={"host": "127.0.0.1"}))


def test_neither_asgi_server_nor_test_client_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    warn_of_wsgi.cache_clear()
    show("{% live_page %}", AsyncRequestFactory().get("/", headers={"host": "127.0.0.1"}))
    show("{% live_page %}", RequestFactory().get("/"))
    assert caplog.records == []


@pytest.mark.parametrize("where", ["the fragment", "what it nests"])
def test_who_may_not_see_it_is_refused(crew: Crew, where: str) -> None:
    team, _ = crew.make("crew", "Ann")
    (crew.team if where == "the fragment" else crew.person).visible_to(lambda user, pk: user.is_authenticated)
    ask = '{% live "tests.team" pk=pk %}'
    with pytest.raises(PermissionDenied, match="is not to be seen by AnonymousUser"):
        show(ask, pk=pk(team))
    assert "Ann" in show(ask, request(User(pk=5, username="viewer")), pk=pk(team))


def test_what_was_deleted_since_the_page_knows_of_it_is_said_and_the_page_is_shown(crew: Crew) -> None:
    _, [ann] = crew.make("crew", "Ann")
    crew.person.visible_to(lambda user, pk: User.objects.get(pk=pk + 1000).is_active)
    assert "This is no longer here" in show('{% live "tests.person" pk=pk %}', pk=pk(ann))


def test_a_page_requires_what_it_says_and_a_fragment_cannot(crew: Crew, templates: dict[str, str]) -> None:
    _, [ann] = crew.make("crew", "Ann")
    asked = request()
    show('{% live "tests.person" pk=pk required=True %}', asked, pk=pk(ann))
    assert verify(sign(asked.live_page)).required == {ann.element}  # type: ignore[attr-defined]
    templates["outer.html"] = '{% load live %}<div>{% live "tests.person" pk=1 required=True %}</div>'

    @fragment("outer.html")
    def outer() -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match="cannot be required inside another fragment"):
        show('{% live "tests.outer" %}')


def test_a_fault_is_raised_or_said(templates: dict[str, str], settings: Any) -> None:
    templates["broken.html"] = "<p></p>"

    @fragment("broken.html")
    def broken() -> dict[str, Any]:
        raise ValueError("why")

    with pytest.raises(ValueError, match="why"):
        show('{% live "tests.broken" %}')
    settings.LIVE_STRICT = False
    html = show('<h1>a</h1>{% live "tests.broken" %}')
    assert html.startswith("<h1>a</h1>")
    assert "could not be shown" in html
    assert f'data-seal="{seal("tests-broken")}"' in html, "and it is live when it can be shown again"


class Nonce:
    """As Django and django-csp have one: made when it is first read, and false until then."""

    made = False

    def __bool__(self) -> bool:
        return self.made

    def __str__(self) -> str:
        self.made = True
        return "r4nd0m"


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(("source", "name"), [("{% live_head nonce=mine %}", "mine"), ("{% live_head %}", "csp_nonce")])
def test_every_script_of_the_head_has_the_nonce(settings: Any, source: str, name: str, debug: bool) -> None:
    settings.DEBUG = debug
    scripts = re.findall("<script [^>]*>", show(source, **{name: Nonce()}))
    assert len(scripts) > 5
    assert all(' nonce="r4nd0m"' in script for script in scripts), scripts


@pytest.mark.parametrize("source", ["{% live_head %}", "{% live_head nonce=request.csp_nonce %}"])
def test_without_a_nonce_there_is_none(source: str) -> None:
    assert "nonce" not in show(source)


def test_no_template_of_ours_has_a_script_without_a_nonce() -> None:
    """But in the admin, whose own scripts have none either."""
    folder = Path(live.__file__).parent
    templates = [path for path in folder.rglob("*.html") if "<script" in path.read_text()]
    assert [path.name for path in templates] == ["head.html"]


def test_the_head_brings_htmx_its_extension_and_our_files() -> None:
    html = show("{% live_head %}")
    for needed in (
        r"/htmx-2[\w.]*\.js",
        r"live/live\.js",
        r"live/live\.css",
        '"includeIndicatorStyles":false',
    ):
        assert re.search(needed, html), needed
    assert not re.search(r"<script(?![^>]* src=)", html)


def test_a_project_with_an_htmx_of_its_own_gets_neither_htmx_nor_settings_for_it() -> None:
    html = show("{% live_head htmx=False %}")
    assert "live/live.js" in html
    assert "htmx-2" not in html and "htmx-config" not in html
    assert re.findall(r'[\w-]+="[^"]*hx-ws-2[\w.]*\.js"', html) == [
        'data-extension="/static/django_htmx/ext/hx-ws-2.min.js"'
    ], "loaded by the script where the project has none"


def test_ours_is_not_kept_from_what_a_project_evaluates() -> None:
    """hx-on and filters of triggers are for the page's content security policy to refuse."""
    assert "allowEval" not in show("{% live_head %}")


def test_the_state_has_words_for_each_state() -> None:
    html = show("{% live_state %}")
    for state in ("connecting", "live", "polling", "database", "reconnecting", "offline", "ended", "unsupported"):
        assert f"data-{state}=" in html
    assert 'role="status"' in html
    assert "<noscript>" in html


def test_the_state_is_told_in_a_time_zone() -> None:
    assert 'data-zone="UTC"' in show("{% live_state %}")
    assert 'data-zone="Asia/Tokyo"' in show('{% load tz %}{% timezone "Asia/Tokyo" %}{% live_state %}{% endtimezone %}')
    assert 'data-zone="Europe/Berlin"' in show('{% live_state zone="Europe/Berlin" %}')
    with timezone.override(timezone.get_fixed_timezone(90)):
        assert 'data-zone="UTC"' in show("{% live_state %}"), "what no browser has a name for"


def test_a_live_page_that_shows_how_it_was_says_both() -> None:
    assert 'data-live="Live · looking back"' in show("{% live_state looks_back=True %}")
    assert 'data-live="Live"' in show("{% live_state %}")


def test_a_time_that_comes_twice_in_a_night_is_told_apart() -> None:
    source = '{% for at in times %}{{ at|date:"H:i" }}{{ at|zone_if_ambiguous }} {% endfor %}'
    first = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Berlin"):
        words = show(source, times=[first + timedelta(hours=hour) for hour in range(4)])
    assert words.split() == ["01:30", "02:30", "CEST", "02:30", "CET", "03:30"]


def test_where_no_script_runs_the_page_is_loaded_again_unless_it_says_otherwise() -> None:
    html = show("{% live_head %}{% live_state %}")
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in html
    assert 'data-refresh="30"' in html
    assert html.count("Loaded again every 30 s.") == 2
    assert 'content="7"' in show("{% live_head refresh=7 %}")
    html = show("{% live_head refresh=7 url=address %}", address="/b/?x&y")
    assert 'content="7; url=/b/?x&amp;y"' in html and 'data-url="/b/?x&amp;y"' in html
    html = show("{% live_head refresh=0 %}{% live_state %}")
    assert "http-equiv" not in html
    assert 'data-refresh=""' in html
    assert html.count("Reload to see the newest.") == 2


def test_the_page_says_where_to_ask_and_when_it_was_true() -> None:
    html = show("{% live_page %}")
    assert 'data-page="/live/page"' in html
    assert abs(float(re.search(r'data-time="([\d.]+)"', html)[1]) - time.time()) < 60  # type: ignore[index]


@pytest.mark.urls("django.contrib.auth.urls")
def test_a_project_without_our_urls_has_pages_that_cannot_ask() -> None:
    assert 'data-page=""' in show("{% live_page %}")


def test_what_charts_share_is_hidden_and_there_once() -> None:
    html = show("{% load charts %}{% chart_gradients %}")
    assert html.startswith("<svg")
    assert "Gradient" in html


@pytest.mark.parametrize(
    ("language", "words"), {"de": "Live", "fr": "En direct", "es": "En directo", "ar": "مباشر", "ja": "ライブ"}.items()
)
def test_what_it_says_of_itself_is_in_the_language_of_the_page(language: str, words: str) -> None:
    with translation.override(language):
        assert f'data-live="{words}"' in show("{% live_state %}")
