"""The language, the time zone and the values of the page around a fragment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as datetimes
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from live import Fragment, FragmentError, fragment, html_of
from live.keys import Key, PageContext
from live.page.page import Page
from live.page.report import BadReport, UnknownSeal, context_of
from live.page.token import OutdatedPage, sign, sign_entry, verify
from live.rendering.context import around_pages, current_context, default_context, values_of, zone_of
from live.rendering.render import placeholder, render
from live.rendering.seals import seal
from live.rendering.tree import render_tree, to_html
from live.testing import capture

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
BERLIN = PageContext("de", "Europe/Berlin")


@pytest.fixture
def clock(templates: dict[str, str]) -> Key:
    """A number and a moment, and the same once more, nested."""
    templates["hand.html"] = '<i>{{ moment|date:"F H:i" }}</i>'
    templates["clock.html"] = '{% load live %}<p>{{ number|floatformat:"0g" }}{% live "tests.hand" %}</p>'

    @fragment("hand.html")
    def hand() -> dict[str, Any]:
        return {"moment": NOON}

    @fragment("clock.html")
    def clock() -> dict[str, Any]:
        return {"number": 1250}

    return clock.key()


def html(key: Key) -> str:
    renderings = render_tree([key])
    return to_html(renderings[key.id], renderings)


def test_where_nothing_differs_from_the_settings_there_is_none(settings: Any) -> None:
    assert current_context() is None
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        assert current_context() == PageContext("de", "Asia/Tokyo")
        settings.LANGUAGE_CODE, settings.TIME_ZONE = "de", "Asia/Tokyo"
        assert current_context() is None
    with translation.override(None):
        assert current_context() is None
    settings.LANGUAGE_CODE = "en"
    assert current_context((("tenant", 1),)) == PageContext("en", "Asia/Tokyo", (("tenant", 1),))


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (datetimes(timedelta(hours=5, minutes=30)), "+0530"),
        (timezone.get_fixed_timezone(-210), "-0330"),
        (UTC, "UTC"),
    ],
)
def test_a_zone_may_be_an_offset(settings: Any, zone: tzinfo, name: str) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override(zone):
        context = current_context()
    assert context == PageContext("en", name)
    assert NOON.astimezone(zone_of(name)).utcoffset() == zone.utcoffset(None)


def test_a_zone_without_a_name_is_refused_in_words() -> None:
    class Nameless(tzinfo):
        def utcoffset(self, moment: datetime | None) -> timedelta | None:
            return None

    with timezone.override(Nameless()), pytest.raises(FragmentError, match="activate a zoneinfo.ZoneInfo"):
        current_context()


def test_a_fragment_and_what_it_nests_are_as_the_page_is(clock: Key) -> None:
    with translation.override("fr"), timezone.override("Asia/Tokyo"):  # whoever asks
        german, plain = html(clock.within(BERLIN)), html(clock)
    assert ' lang="de">1.250<i' in german and ' lang="de">Mai 14:00</i>' in german
    assert ' lang="en">1,250<i' in plain and ' lang="en">May 12:00</i>' in plain
    assert [child.context for child in render(clock.within(BERLIN)).children] == [BERLIN]


def test_a_part_of_a_template_may_be_in_another_language(templates: dict[str, str], clock: Key) -> None:
    templates["clock.html"] = '{% load i18n live %}<p>{% language "fr" %}{% live "tests.hand" %}{% endlanguage %}</p>'
    assert ' lang="fr">mai 14:00</i>' in html(clock.within(BERLIN))


def test_words_in_its_stead_are_in_its_language(templates: dict[str, str], clock: Key) -> None:
    templates["live/gone.html"] = "{% load i18n tz %}{% get_current_timezone as zone %}<p>{{ zone }}</p>"
    assert placeholder(clock.within(BERLIN), "gone").html == ' lang="de">Europe/Berlin</p>'


def test_a_response_is_as_its_request_is(clock: Key) -> None:
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        assert ">Mai 21:00</i>" in html_of(clock)
    assert ">May 12:00</i>" in html_of(clock)


def page_of(rf: Any, template: str) -> tuple[str, Page]:
    request = rf.get("/")
    html = Template(f"{{% load i18n live %}}{template}").render(Context({"request": request}))
    return html, request.live_page


def test_a_page_signs_what_differs_from_the_settings(rf: Any, clock: Key, settings: Any) -> None:
    plain, page = page_of(rf, '{% live "tests.clock" %}{% live_page %}')
    assert verify(sign(page)).context is None and verify(sign(page)).roots == {clock.element: clock}
    with translation.override("de"):
        painted, german = page_of(rf, '{% live "tests.clock" %}{% live_page %}')
    assert ">1.250<" in painted and ">1,250<" in plain
    assert 'ws-connect="/live/socket?language=de"' in painted and 'ws-connect="/live/socket"' in plain
    context = PageContext("de", "UTC")
    assert (verify(sign(german)).context, [*verify(sign(german)).roots.values()]) == (context, [clock.within(context)])
    assert len(sign(german)) - len(sign(page)) < 50
    token = sign(german)
    settings.TIME_ZONE = "Asia/Tokyo"
    assert verify(token).context == PageContext("de", "Asia/Tokyo"), "the zone is the site's"
    settings.LANGUAGE_CODE = "de"
    assert verify(token).context is None


def test_a_part_of_a_page_may_be_in_another_language(rf: Any, clock: Key) -> None:
    painted, page = page_of(
        rf,
        '{% live_context tenant=7 %}{% live "tests.hand" %}{% language "fr" %}{% live "tests.hand" at="c" %}'
        '{% live "tests.hand" at="b" %}{% endlanguage %}{% live_page %}',
    )
    verified = verify(sign(page))
    assert ">May 12:00<" in painted and ">mai 12:00<" in painted
    assert verified.context == PageContext("en", "UTC", (("tenant", 7),))
    own = PageContext("fr", "UTC", (("tenant", 7),))
    assert [key.context for key in verified.roots.values()] == [verified.context, own, own]
    assert "tests-hand-_at_b" in verified.roots


def test_what_is_in_the_context_is_said_first_and_is_as_in_keys(rf: Any, clock: Key) -> None:
    with pytest.raises(FragmentError, match="put it in front"):
        page_of(rf, '{% live "tests.clock" %}{% live_context tenant=1 %}')
    with pytest.raises(FragmentError, match=r"live_context: tenant is 1.5; it must be an int, str"):
        page_of(rf, "{% live_context tenant=1.5 %}{% live_page %}")
    assert values_of({"b": 1, "a": "x", "c": None}) == (("a", "x"), ("b", 1))


def test_what_is_set_for_a_page_is_set_around_each_rendering(clock: Key) -> None:
    seen: list[str] = []

    @around_pages
    @contextmanager
    def in_tenant(context: PageContext) -> Iterator[None]:
        seen.append(f"in {context.get('tenant')}")
        yield
        seen.append("out")

    html(clock.within(PageContext("en", "UTC", (("tenant", 7),))))
    assert seen == ["in 7", "out", "in 7", "out"]
    html_of(clock, tenant=8)
    assert seen[4:] == ["in 8", "out", "in 8", "out"]
    html(clock)
    assert seen[8:] == ["in None", "out", "in None", "out"]
    assert around_pages(in_tenant) is in_tenant
    with pytest.raises(FragmentError, match="there is one"):
        around_pages(contextmanager(lambda context: iter([None])))
    assert default_context() == PageContext("en", "UTC")


@pytest.mark.parametrize(
    ("site", "page", "html", "shown"),
    [
        ("en", "ar", "<p>1</p>", ' lang="ar" dir="rtl">1</p>'),
        ("en", "ar", '<p dir="ltr">1</p>', ' lang="ar" dir="ltr">1</p>'),
        ("en", "ar", '<p lang="la">1</p>', ' dir="rtl" lang="la">1</p>'),
        ("en", "de", "<p>1</p>", ' lang="de">1</p>'),
        ("he", "he", "<p>1</p>", ' lang="he" dir="rtl">1</p>'),
        ("he", "en", "<p>1</p>", ' lang="en" dir="ltr">1</p>'),
    ],
)
def test_a_root_says_its_direction_where_the_language_is_read_from_the_right_or_the_site_is(
    templates: dict[str, str], settings: Any, site: str, page: str, html: str, shown: str
) -> None:
    settings.LANGUAGE_CODE = site
    templates["it.html"] = html

    @fragment("it.html")
    def it() -> dict[str, Any]:
        return {}

    assert render(it.key().within(PageContext(page, "UTC"))).html == shown


def test_what_a_page_that_has_ended_is_told_is_in_its_language(rf: Any, clock: Key) -> None:
    with translation.override("de"):
        _, page = page_of(rf, '{% live "tests.clock" %}{% live_page %}')
    token = sign(page)
    Fragment.registry.pop("tests.clock")
    with pytest.raises(OutdatedPage) as outdated:
        verify(token)
    assert context_of(outdated.value) == PageContext("de", "UTC")
    assert context_of(UnknownSeal("", token)) == PageContext("de", "UTC")
    assert context_of(UnknownSeal("", 5)) is context_of(UnknownSeal("", "x")) is context_of(BadReport()) is None


def test_a_page_that_polls_is_answered_in_its_language(rf: Any, clock: Key, client: Any, db: None) -> None:
    with translation.override("de"):
        _, page = page_of(rf, '{% live "tests.clock" %}{% live_page %}')
    report = {"page": sign(page), "shown": [f"{key} - {seal(key)}" for key in ("tests-clock", "tests-hand")]}
    assert ' lang="de">1.250<i' in client.post("/live/page", report, content_type="application/json").text
    token = sign(Page(user="5", context=PageContext("de", "UTC")))
    refused = client.post("/live/page", {"page": token}, content_type="application/json")
    assert (refused.status_code, '<p lang="de">' in refused.text) == (401, True)


def test_what_is_captured_is_not_told_apart_by_its_language(clock: Key) -> None:
    with capture() as live:
        html(clock.within(BERLIN))
    assert clock in live.rendered


def test_pages_that_say_1_are_not_those_that_say_true() -> None:
    one, true = (PageContext("en", "UTC", (("flag", value),)) for value in (1, True))
    assert one != true and len({one, true, PageContext("en", "UTC", (("flag", True),))}) == 2
    assert [verify(sign(Page(context=context))).context for context in (one, true)] == [one, true]


def test_a_part_that_htmx_brings_is_for_the_same_tenant_or_the_page_is_loaded_again(clock: Key) -> None:
    """Its right to see it would be asked in one database, and it would be rendered from another."""

    def of(tenant: int | None, language: str = "en") -> PageContext:
        return PageContext(language, "UTC", () if tenant is None else (("tenant", tenant),))

    page = Page(user="5", context=of(7))
    token = sign(page)
    own = clock.within(of(7, "de"))
    assert verify(token, [sign_entry(page, own)]).roots == {clock.element: own}
    for other in (of(8), of(None)):
        with pytest.raises(OutdatedPage, match="for a page of another tenant"):
            verify(token, [sign_entry(page, clock.within(other))])
