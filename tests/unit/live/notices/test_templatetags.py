"""What a page says when it is loaded: the region of notices, its messages, and what is sticky for whom."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from django.utils.safestring import mark_safe

from live import FragmentError
from live.notices import everyone, group, permission, recipients, signed_in, staff, user
from live.notices.dismissals import dismiss, dismissals
from live.notices.feed import notices
from live.notices.initial_notices import MAX_STICKY_NOTICES
from live.notices.models import Notice
from live.notices.recipient_kinds import Kind, person
from live.notices.sender import send
from live.notices.sequence import sequence
from live.page.token import verify

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TOKEN = re.compile(r'name="page" value="([^"]+)"')


class Region(HTMLParser):
    """What is in the region's two live regions, by their ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.into, self.depth, self.body = "", 0, False
        self.bodies: dict[str, list[str]] = {"live-notices-status": [], "live-notices-alert": []}
        self.items: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.into = found["id"] if found.get("id") in self.bodies else self.into  # type: ignore[assignment]
        if "data-notice" in found:
            self.items.append(found)
        if found.get("class") == "live-notice-body":
            self.body = True
            self.bodies[self.into].append("")

    def handle_data(self, data: str) -> None:
        if self.body:
            self.bodies[self.into][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self.body = False

    @property
    def said(self) -> list[str]:
        return [*self.bodies["live-notices-status"], *self.bodies["live-notices-alert"]]


def ask(user: Any = None, session: SessionStore | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = session or SessionStore()
    request.user = user or AnonymousUser()
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    return request


def show(request: HttpRequest | None = None, before: str = "") -> str:
    source = "{% load live live_notices %}" + before + "{% live_notices %}{% live_page %}"
    return str(engines["django"].from_string(source).render({}, request or ask()))


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Audiences that a test declares are forgotten after it."""
    monkeypatch.setattr(Kind, "registry", dict(Kind.registry))


def test_the_page_is_in_both_feeds_from_here_on() -> None:
    send(everyone, "info", "Before")
    sequence()
    html = show()
    assert list(verify(TOKEN.search(html)[1]).feeds.values()) == [notices.name, dismissals.name]  # type: ignore[index]
    assert f'id="{notices.element}" data-version="{notices.last()}"' in html
    assert f'id="{dismissals.element}" data-version="0"' in html


def test_the_places_stay_and_say_what_they_are() -> None:
    html = show()
    assert '<div id="live-notices-status" role="status" aria-atomic="false" aria-relevant="additions"></div>' in html
    assert '<div id="live-notices-alert" role="alert" aria-atomic="false" aria-relevant="additions"></div>' in html
    assert re.search(r'<section id="live-notices" aria-label="Notices"', html)
    assert re.search(r'<form id="live-notices-form" method="post" hidden><input type="hidden" name="csrf', html)
    assert '<div id="live-dismissals" hidden></div>' in html


def test_it_is_on_a_page_once() -> None:
    with pytest.raises(FragmentError, match="there twice"):
        show(before="{% live_notices %}")


def test_messages_that_nobody_has_shown_are_shown_and_used() -> None:
    request = ask()
    messages.success(request, "Saved <b>", extra_tags="wide")
    messages.error(request, mark_safe("<b>Not</b> saved"))
    html = show(request)
    region = Region(html)
    assert region.bodies == {"live-notices-status": ["Saved <b>"], "live-notices-alert": ["Not saved"]}
    assert "Saved &lt;b&gt;" in html
    assert "<b>Not</b> saved" in html
    assert 'class="live-notice live-notice-success wide"' in html
    assert request._messages.used  # type: ignore[attr-defined]


def test_messages_that_the_page_has_shown_are_not_shown_again() -> None:
    request = ask()
    messages.success(request, "Saved")
    html = show(request, before="{% for message in messages %}<p>{{ message }}</p>{% endfor %}")
    assert html.count("Saved") == 1
    assert Region(html).said == []


def test_a_message_has_a_name_of_its_own_and_nothing_to_be_sent() -> None:
    request = ask()
    messages.info(request, "One")
    messages.info(request, "Two")
    html = show(request)
    names = [item["data-notice"] for item in Region(html).items]
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"m[0-9a-f]{16}\.0", str(name)) for name in names)
    assert html.count('<button class="live-notice-dismiss" type="button"') == 2
    assert "hx-post" not in html


def test_it_works_without_the_messages_app() -> None:
    request = ask()
    del request._messages  # type: ignore[attr-defined]
    assert Region(show(request)).said == []


def test_sticky_ones_are_there_and_others_are_not(ada: User) -> None:
    send(everyone, "info", "Passing")
    send(everyone, "info", "Sticky", sticky=True)
    send(everyone, "error", "Sticky and bad", sticky=True)
    Notice.objects.filter(pk=send(everyone, "info", "Over", sticky=True).pk).update(expires=timezone.now())
    region = Region(show(ask(ada)))
    assert region.bodies == {"live-notices-status": ["Sticky"], "live-notices-alert": ["Sticky and bad"]}
    assert all("data-sticky" in item for item in region.items)


def test_each_sees_what_is_theirs(ada: User, kinds: None) -> None:
    operators = Group.objects.create(name="Operators")
    visitor = SessionStore()
    visitor.create()
    stranger = ask(session=visitor)

    @recipients("people whose name begins so")
    def everyone_called(user: Any, ref: str) -> bool:
        return user.get_username().startswith(ref)

    request = ask(session=visitor)
    request.user.live_session = visitor.session_key  # type: ignore[union-attr]
    to = {
        "everyone": everyone,
        "signed in": signed_in,
        "staff": staff,
        "Ada": user(ada),
        "operators": group(operators),
        "who may": permission("auth.view_user"),
        "called so": everyone_called("ad"),
        "the visitor": person(request.user),
    }
    for said, each in to.items():
        assert each is not None
        send(each, "info", said, sticky=True)
    assert Region(show(ask())).said == ["everyone"]
    assert Region(show(stranger)).said == ["everyone", "the visitor"]
    assert Region(show(ask(ada))).said == ["everyone", "signed in", "Ada", "called so"]
    ada.groups.add(operators)
    boss = User.objects.create_superuser("boss")
    assert Region(show(ask(ada))).said == ["everyone", "signed in", "Ada", "operators", "called so"]
    assert Region(show(ask(boss))).said == ["everyone", "signed in", "staff", "who may"]


def test_what_is_for_a_place_is_on_pages_that_show_it(kinds: None) -> None:
    from boards import fragments
    from boards.models import Board

    board = Board.objects.create(title="Mine", slug="mine", view_by="public")

    @recipients("viewers of a thing", viewers_of=lambda ref: fragments.board.key(pk=int(ref)))
    def thing(user: Any, ref: str) -> bool:
        return True

    send(thing(board), "info", "Here", sticky=True)
    assert Region(show()).said == []
    assert Region(show(before=f'{{% live "boards.board" pk={board.pk} %}}')).said == ["Here"]


def test_what_somebody_has_put_away_stays_away_for_them(ada: User) -> None:
    notice = send(everyone, "info", "Sticky", sticky=True)
    to = person(ada)
    assert to is not None
    dismiss(notice, to)
    assert Region(show(ask(ada))).said == []
    assert Region(show(ask())).said == ["Sticky"]


def test_an_audience_of_an_app_that_is_gone_is_nobodys() -> None:
    Notice.objects.create(recipients="gone:5", text="Lost", sticky=True, expires=timezone.now() + timedelta(days=1))
    assert Region(show()).said == []


def test_the_newest_are_shown_and_the_oldest_of_them_first() -> None:
    for number in range(MAX_STICKY_NOTICES + 2):
        send(everyone, "info", str(number), sticky=True)
    assert Region(show()).said == [str(number) for number in range(2, MAX_STICKY_NOTICES + 2)]


def test_few_questions_are_asked(ada: User, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        send(user(number + 1000), "info", "For somebody else", sticky=True)
    request = ask(ada)
    with django_assert_max_num_queries(5):  # two cursors, whether any is sticky, the groups, what is sticky
        show(request)


def test_where_nothing_is_sticky_it_is_not_asked_whose_page_it_is(ada: User, django_assert_num_queries: Any) -> None:
    request = ask(ada)
    with django_assert_num_queries(3):  # two cursors, and that there is none
        show(request)


# The element


def element(**fields: Any) -> str:
    made = send(everyone, fields.pop("level", "info"), fields.pop("said", "Hello"), **fields)
    from live.notices.feed import html_of

    return html_of(made)


def test_no_token_is_in_what_is_pushed() -> None:
    html = element()
    assert "csrf" not in html
    assert 'form="live-notices-form"' in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_whatever_is_said_is_text(text: str) -> None:
    html = element(said=text, icon='"><i onclick=x>', tags='"><b onclick=x>')
    assert "<script" not in html
    assert "<img" not in html
    assert "<i onclick" not in html
    assert "<b onclick" not in html
    assert Region(html.replace("<div id=", '<b id="live-notices-status"></b><div id=', 1)).said[0] == text


def test_what_runs_has_a_bar_and_a_button() -> None:
    html = element(fraction=0.4, cancel=Notice.Cancel.OFFERED)
    assert " data-running" in html
    assert 'max="1" value="0.400"' in html
    assert 'class="live-notice-cancel"' in html
    html = element(fraction=-1.0)
    assert " data-running" in html
    assert "value=" not in html
    html = element(level="success", fraction=None)
    assert "data-running" not in html
    assert "<progress" not in html
    assert "live-notice-cancel" not in html


def test_numbers_are_not_written_for_people(settings: Any) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    settings.LANGUAGE_CODE = "de"
    from django.utils import translation

    made = send(everyone, "info", "Hello", fraction=0.25, sticky=True)
    Notice.objects.filter(pk=made.pk).update(id=12345, revision=6789)
    from live.notices.feed import html_of

    with translation.override("de"):
        html = html_of(Notice.objects.get(pk=12345))
    assert 'data-notice="12345.6789"' in html
    assert "/live/notices/12345/dismiss" in html
    assert 'value="0.250"' in html
