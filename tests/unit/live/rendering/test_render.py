"""The one way to make HTML."""

import logging
import time
from datetime import UTC, datetime
from typing import Any

import jinja2
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import OperationalError
from django.http import Http404
from django.utils import timezone, translation

from live import Fragment, FragmentError, database_threads, fragment, live_list
from live.keys import ElementId, Key
from live.rendering.render import _texts, out_of_date, placeholder, render, render_or_failure, slot
from live.rendering.rendered import Rendered
from live.rendering.seals import seal
from live.rendering.tree import to_html
from tests.unit.live.crew import Crew, pk, rename
from tests.unit.live.screens import count, renders

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def page_of(templates: dict[str, str], html: str, **context: Any) -> Key:
    """A fragment without parameters that renders this template with this context."""
    templates["it.html"] = html

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return context

    return it.key()


def test_a_fragment_is_its_function_in_its_template(crew: Crew) -> None:
    _, [ann] = crew.make("crew", "Ann <b>")
    rendered = render(ann)
    assert rendered == Rendered(ann, "p", ' lang="en" class="person">Ann &lt;b&gt;</p>', rendered.version)
    added = f'id="{ann.element}" data-version="{rendered.version}" data-seal="{seal(ann.element)}"'
    assert to_html(rendered, {}) == f'<p {added} lang="en" class="person">Ann &lt;b&gt;</p>'
    assert f'<p id="{ann.element}" hx-swap-oob=true data-version=' in to_html(rendered, {}, swap=True)


def test_each_rendering_is_counted(crew: Crew) -> None:
    _, [ann] = crew.make("crew", "Ann")
    before = renders("tests.person")
    render(ann)
    render(ann)
    assert renders("tests.person") == before + 2


def test_equal_html_is_an_equal_version_and_other_html_another(crew: Crew) -> None:
    _, [ann, bob] = crew.make("crew", "Ann", "Bob")
    first = render(ann).version
    assert render(ann).version == first
    assert render(bob).version != first
    rename(bob, "Ann")
    assert render(bob).version == first


def test_the_tag_is_part_of_the_version(templates: dict[str, str]) -> None:
    key = page_of(templates, "<div>a</div>")
    first = render(key).version
    templates["it.html"] = "<span>a</span>"
    assert render(key).version != first


def test_the_version_of_a_parent_is_independent_of_its_childs_html(crew: Crew) -> None:
    team, [ann, bob] = crew.make("crew", "Ann", "Bob")
    before = render(team)
    assert before.children == (ann, bob)
    rename(ann, "Anna")
    assert render(team) == before
    crew.hire(int(dict(team.params)["pk"]), "Cid")
    assert render(team).version != before.version


def test_no_slot_outside_of_a_fragment(crew: Crew) -> None:
    assert slot(crew.person.key(pk=1)) is None


def test_a_failure_leaves_no_fragment_open(crew: Crew) -> None:
    with pytest.raises(User.DoesNotExist):
        render(crew.person.key(pk=0))
    assert slot(crew.person.key(pk=1)) is None


def test_a_child_is_in_its_parent_once(templates: dict[str, str], crew: Crew) -> None:
    key = page_of(templates, '{% load live %}<p>{% live "tests.person" pk=1 %}{% live "tests.person" pk=1 %}</p>')
    with pytest.raises(FragmentError, match=r"tests\.person\(pk=1\) is there twice"):
        render(key)


# What a fragment may not do


@pytest.mark.parametrize(
    "reads",
    [
        "{{ user }}",
        "{{ user.username }}",
        "{% if user.is_staff %}a{% endif %}",
        "{% if user %}a{% endif %}",
        "{% if not user.is_authenticated %}a{% endif %}",
        "{% if user.is_staff and 1 %}a{% endif %}",
        "{% if user == 1 %}a{% endif %}",
        "{% if 1 and request.user %}a{% endif %}",
        "{% for a in user %}{% endfor %}",
        "{% if perms.auth.add_user %}a{% endif %}",
        "{{ request.path }}",
        '{{ request.GET|default:"a" }}',
        "{{ user }}",
        "{% load live %}{% live_page %}",
    ],
)
def test_a_shared_fragment_that_reads_the_viewer_raises(templates: dict[str, str], reads: str) -> None:
    key = page_of(templates, f"<p>{reads}</p>")
    with pytest.raises(FragmentError):
        render(key)


@pytest.mark.parametrize("reads", ["{{ user.username }}", "{% if user.is_staff and 1 %}a{% endif %}"])
def test_it_says_what_was_read(templates: dict[str, str], reads: str) -> None:
    with pytest.raises(FragmentError, match=r"^tests\.it\(\) reads 'user': a fragment is rendered once for all"):
        render(page_of(templates, f"<p>{reads}</p>"))


def test_what_is_nested_inside_a_cache_is_lost_and_said(templates: dict[str, str], crew: Crew, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "nested"}}
    cache.clear()
    _, [ann] = crew.make("crew", "Ann")
    inner = '{% cache 60 part %}{% live "tests.person" pk=pk %}{% endcache %}'
    key = page_of(templates, "{% load live cache %}<div>" + inner + "</div>", pk=pk(ann))
    assert render(key).children == (ann,)
    with pytest.raises(FragmentError, match=r"^tests\.it\(\): what it nests .* inside a \{% cache %\}\?"):
        render(key)


@pytest.mark.parametrize("nests", [True, False])
def test_a_comment_that_looks_like_a_slot_does_nothing(templates: dict[str, str], crew: Crew, nests: bool) -> None:
    _, [ann] = crew.make("crew", "Ann")
    inner = '{% live "tests.person" pk=pk %}' if nests else ""
    html = "{% load live %}<div>{{ text|safe }}" + inner + "</div>"
    text = f"<!--live:x--><!--live:{ann.element}--><!--live:{seal(ann.element)}:{ann.element}-->"
    rendered = render(page_of(templates, html, text=text, pk=pk(ann)))
    assert text in rendered.html and rendered.children == ((ann,) if nests else ())


@pytest.mark.parametrize("tag", ["live", "live_list"])
def test_a_row_that_a_browser_would_drop_is_an_error_of_what_nests_it(templates: dict[str, str], tag: str) -> None:
    templates["row.html"] = "<tr><td>{{ pk }}</td></tr>"

    @fragment("row.html")
    def row(pk: int) -> dict[str, object]:
        return {"pk": pk}

    @live_list(row)
    def rows() -> list[int]:
        return [1]

    nested = '{% live "tests.row" pk=1 %}' if tag == "live" else '{% live_list "tests.rows" %}'
    assert render(page_of(templates, "{% load live %}<table><tbody>" + nested + "</tbody></table>")).children
    Fragment.registry.pop("tests.it")
    with pytest.raises(FragmentError, match=r"line 1: <tr> is in no <table>, <tbody>, <tfoot> or <thead>"):
        render(page_of(templates, "{% load live %}<div>" + nested + "</div>"))


def test_a_user_that_the_function_gives_may_be_read(templates: dict[str, str]) -> None:
    assert ">ann</p>" in render(page_of(templates, "<p>{{ user.username }}</p>", user=User(username="ann"))).html


BAD = ["<p><form></form></p>", '<p id="a">b</p>', "<p>a</p><p>b</p>", '<p style="a">b</p>', "<p><script></script></p>"]


@pytest.mark.parametrize("html", BAD)
def test_html_that_cannot_be_swapped_raises_where_it_is_strict(templates: dict[str, str], html: str) -> None:
    with pytest.raises(FragmentError, match=r"^tests\.it\(\)"):
        render(page_of(templates, html))


@pytest.mark.parametrize("html", BAD)
def test_in_production_it_is_shown_as_well_as_it_goes(templates: dict[str, str], settings: Any, html: str) -> None:
    settings.LIVE_STRICT = False
    assert render(page_of(templates, html)).tag == "p"


def test_even_in_production_it_must_be_one_element(templates: dict[str, str], settings: Any) -> None:
    settings.LIVE_STRICT = False
    with pytest.raises(FragmentError, match="must be one element"):
        render(page_of(templates, "<p>a</p> and text"))


def test_it_says_in_which_language_it_is(templates: dict[str, str], settings: Any) -> None:
    """A page may begin with <html lang="de"> in a project that never changes LANGUAGE_CODE: its numbers are English."""
    key = page_of(templates, "<p>{{ number|floatformat:'0g' }}</p>", number=1250)
    with translation.override("de"):
        first = render(key)
        assert to_html(first, {}).endswith(' lang="en">1,250</p>')
        settings.LANGUAGE_CODE = "de-at"
        second = render(key)
    assert to_html(second, {}).endswith(' lang="de-at">1.250</p>')
    assert ' lang="de-at" class="live-gone"' in to_html(placeholder(key, "gone"), {})
    assert ' lang="de-at"' not in to_html(render(page_of_another(templates)), {})


def page_of_another(templates: dict[str, str]) -> Key:
    Fragment.registry.pop("tests.it")
    return page_of(templates, '<p lang="la">Salve</p>')


@pytest.mark.parametrize(("language", "shown"), [("en", ">May 12:00</p>"), ("fr", ">mai 12:00</p>")])
def test_it_is_in_the_sites_language_and_zone_whoever_asks_first(
    templates: dict[str, str], settings: Any, language: str, shown: str
) -> None:
    settings.LANGUAGE_CODE = language
    noon = datetime(2030, 5, 1, 12, tzinfo=UTC)
    key = page_of(templates, '<p>{{ moment|date:"F H:i" }}</p>', moment=noon)
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        assert shown in render(key).html


def test_it_is_as_old_as_the_moment_before_it_was_read(templates: dict[str, str]) -> None:
    templates["it.html"] = "<p></p>"
    began: list[float] = []

    @fragment("it.html")
    def it() -> dict[str, Any]:
        began.append(time.time())
        return {}

    assert render(it.key()).read_at <= began[0]


# The clock


def test_the_next_change_is_a_moment(templates: dict[str, str]) -> None:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    assert render(page_of(templates, "<p></p>", next_change=moment)).next_change == moment.timestamp()


def test_no_next_change_is_none(templates: dict[str, str]) -> None:
    assert render(page_of(templates, "<p></p>", next_change=None)).next_change is None


@pytest.mark.parametrize("moment", [datetime(2030, 1, 1), 17, "soon"])
def test_what_is_no_moment_is_refused(templates: dict[str, str], moment: Any) -> None:
    with pytest.raises(FragmentError, match="must be an aware datetime"):
        render(page_of(templates, "<p></p>", next_change=moment))


# Failing


def failing(templates: dict[str, str], error: Exception) -> Key:
    templates["it.html"] = "<p></p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        raise error

    return it.key()


def test_the_words_are_in_the_sites_language_whoever_asks_first(templates: dict[str, str], crew: Crew) -> None:
    for name in ("gone", "failed"):
        templates[f"live/{name}.html"] = "{% load i18n %}{% get_current_language as code %}<p>{{ code }}</p>"
    with translation.override("de"):
        assert ">en</p>" in render_or_failure(crew.person.key(pk=0)).html
        assert ">en</p>" in render_or_failure(failing(templates, ValueError())).html
        assert translation.get_language() == "de"


@pytest.mark.parametrize("error", [User.DoesNotExist(), Http404()])
def test_what_is_gone_is_said_to_be(templates: dict[str, str], error: Exception) -> None:
    key = failing(templates, error)
    rendered = render_or_failure(key, Rendered(key, "p", ">old</p>", "v"))
    assert "no longer here" in to_html(rendered, {})
    assert not rendered.failed


@pytest.mark.parametrize(
    ("html", "root"),
    [
        ("{% load live %}\n<tr><td>{{ a }}</td></tr>", "tr"),
        ("<{{ a }}>", "div"),
        ("", "div"),
        ("{% if %}", "div"),
        ("{% partialdef x %}<li>{{ a }}</li>{% endpartialdef %}", "li"),
    ],
)
def test_words_are_in_a_row_where_the_template_begins_with_one(templates: dict[str, str], html: str, root: str) -> None:
    key = failing(templates, User.DoesNotExist())
    templates["it.html"] = html
    if "partialdef" in html:
        Fragment.named(key.name).template = "it.html#x"
    assert render_or_failure(key).tag == root
    Fragment.named(key.name).template = "missing.html"
    assert render_or_failure(key).tag == "div"


def test_a_row_is_swapped_out_of_a_template_and_stands_in_its_table_as_it_is(templates: dict[str, str]) -> None:
    rendered = render(page_of(templates, "<tr><td>1</td></tr>"))
    alone = to_html(rendered, {})
    assert alone.startswith('<tr id="tests-it" data-version=')
    assert to_html(rendered, {}, swap=True) == f'<template hx-swap-oob="outerHTML:#tests-it">{alone}</template>'


def test_words_of_what_is_out_of_date_are_in_the_language_of_the_site_and_not_in_a_readers(settings: Any) -> None:
    settings.LANGUAGE_CODE, settings.TIME_ZONE = "de", "UTC"
    made = Rendered(Key("tests.it", (), ElementId("it")), "p", ">good</p>", "v", read_at=1_764_000_000.0)
    with translation.override("fr"):
        assert out_of_date(made).out_of_date.endswith(" 24. November, 16:00:00 UTC")


def test_what_fails_at_first_says_so(templates: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    before = count("live_render_failures_total", fragment="tests.it")
    html = to_html(render_or_failure(failing(templates, ValueError("the reason"))), {})
    assert "data-out-of-date" not in html, "there is nothing that could be"
    assert "could not be shown" in html
    assert "the reason" not in html
    assert count("live_render_failures_total", fragment="tests.it") == before + 1
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "tests.it() could not be rendered")
    ]
    assert "ValueError: the reason" in caplog.text


def test_each_kind_of_error_is_said_once_a_minute(templates: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    for error in (BufferError("one"), EOFError("two"), EOFError("three")):
        Fragment.registry.pop("tests.it", None)
        render_or_failure(failing(templates, error))
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [BufferError, EOFError]


@pytest.mark.parametrize(("error", "said"), [(OperationalError("away"), False), (ValueError("why"), True)])
def test_a_database_that_is_away_is_not_said_again_for_each_fragment(
    templates: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: bool,
) -> None:
    monkeypatch.setattr(database_threads, "_away", {"default": 5.0})
    monkeypatch.setattr(database_threads, "is_database_away", lambda **options: True)
    before = count("live_render_failures_total", fragment="tests.it")
    key = failing(templates, error)
    assert render_or_failure(key).failed
    assert count("live_render_failures_total", fragment="tests.it") == before + 1
    assert ("tests.it() could not be rendered" in caplog.text) == said
    caplog.clear()
    render_or_failure(key)
    assert "could not be rendered" not in caplog.text, "it is said once a minute"


def test_what_fails_later_keeps_its_last_html_and_is_marked(templates: dict[str, str]) -> None:
    key = failing(templates, ValueError())
    last = Rendered(key, "p", ">old</p>", "v", next_change=1.0, read_at=1_700_000_000.0)
    with translation.override("de"):  # whoever asks: the words are for all
        failed = render_or_failure(key, last)
    words = "Out of date: as of November 14, 22:13:20 UTC"
    assert (failed.html, failed.out_of_date, failed.next_change) == (">old</p>", words, 1.0)
    assert failed.version != last.version, "or the mark would not be sent"
    assert (
        to_html(failed, {}) == f'<p id="{key.element}" data-version="v!" data-seal="{seal(key.element)}"'
        f' data-out-of-date="{words}">old</p>'
    )
    assert render_or_failure(key, failed) == failed, "failing on is no change"


def test_what_has_never_been_good_is_not_marked(templates: dict[str, str]) -> None:
    key = failing(templates, ValueError())
    words = render_or_failure(key)
    assert render_or_failure(key, words) == words


def test_when_it_was_read_is_not_its_version(templates: dict[str, str], crew: Crew, db: None) -> None:
    _, [ann] = crew.make("crew", "Ann")
    before = time.time()
    first, second = render(ann), render(ann)
    assert before <= first.read_at < second.read_at
    assert first == second


def test_a_template_of_no_file_has_no_tag_that_could_be_known() -> None:
    assert list(_texts(jinja2.Environment().from_string("<p></p>"))) == []
