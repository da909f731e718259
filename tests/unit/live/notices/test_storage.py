"""Django's messages through LiveStorage: in the answer, on the next page, and on the same person's other pages."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext_lazy

from live import metrics
from live.notices.dismissals import dismiss
from live.notices.models import Dismissal, Notice
from live.notices.recipient_kinds import digest, person
from live.notices.sender import MAX_NOTICE_CHARACTERS
from live.notices.storage import LiveStorage

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HTMX = {"HX-Request": "true", "Live-Notices": "1"}
LOADED = "{% load live live_notices %}"
LOOP = "<ul>{% for message in messages %}<li class='{{ message.tags }}'>{{ message }}</li>{% endfor %}</ul>"
IDS = re.compile(r'<div id="notice-(\w+)" class="live-notice')
Answer = Callable[[HttpRequest], Any]


def template(source: str, request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(LOADED + source).render({}, request))


def queue(request: HttpRequest) -> None:
    for text in request.POST.getlist("say", ["Saved"]):
        messages.success(request, text, extra_tags=request.POST.get("tags", ""))


def rolled_back(request: HttpRequest) -> HttpResponse:
    """It fails, is undone, and the view says so."""
    try:
        with transaction.atomic():
            Group.objects.create(name="half done")
            raise ZeroDivisionError
    except ZeroDivisionError:
        messages.error(request, "Nothing was saved")
    return HttpResponseRedirect("/")


def failing(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="half done")
    messages.success(request, "Saved")
    raise ZeroDivisionError


def undone(request: HttpRequest) -> HttpResponse:
    Group.objects.create(name="half done")
    messages.error(request, "Nothing was saved")
    transaction.set_rollback(True)
    return HttpResponseRedirect("/")


def read_then_more(request: HttpRequest) -> HttpResponse:
    response = template(LOOP, request)
    messages.info(request, "After that")
    return response


def sized(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("<p>done</p>")
    response["Content-Length"] = str(len(response.content))
    return response


def saying(answer: Answer) -> Answer:
    """The view that queues what is posted, and answers so."""

    def view(request: HttpRequest) -> Any:
        queue(request)
        return answer(request)

    return view


# What a view may answer after it has queued messages.
ANSWERS: dict[str, Answer] = {
    "partial": lambda request: HttpResponse("<p>done</p>"),
    "empty": lambda request: HttpResponse(),
    "sized": sized,
    "made": lambda request: HttpResponse("<p>done</p>", status=201),
    "stop": lambda request: HttpResponse("<p>done</p>", status=286),
    "wrong": lambda request: HttpResponse("<form></form>", status=422),
    "latin": lambda request: HttpResponse("<p>done</p>", content_type="text/html; charset=iso-8859-1"),
    "reads": lambda request: template(LOOP, request),
    "reads-then-more": read_then_more,
    "page": lambda request: template("{% live_notices %}{% live_page %}", request),
    "redirect": lambda request: HttpResponseRedirect("/"),
    "redirect-to-partial": lambda request: HttpResponseRedirect("/quiet"),
    "no-content": lambda request: HttpResponse(status=204),
    "missing": lambda request: HttpResponse("<p>no</p>", status=404),
    "error": lambda request: HttpResponse("<p>no</p>", status=500),
    "json": lambda request: JsonResponse({}),
    "stream": lambda request: StreamingHttpResponse(["<p>done</p>"]),
    "packed": lambda request: HttpResponse(b"...", headers={"Content-Encoding": "gzip"}),
    "text": lambda request: HttpResponse("done", headers={"HX-Reswap": "textContent settle:1s"}),
    **{
        name: lambda request, name=name: HttpResponse("<p>done</p>", headers={name: "/"})  # type: ignore[misc]
        for name in ("HX-Redirect", "HX-Location", "HX-Refresh")
    },
}


class Urls:
    """A site that says things."""

    urlpatterns = [
        path("", lambda request: template("{% live_notices %}{% live_page %}", request)),
        path("loop", lambda request: template(LOOP, request)),
        path("quiet", lambda request: HttpResponse("<p>quiet</p>")),
        path("rolled-back", rolled_back),
        path("failing", failing),
        path("undone", undone),
        path("live/notices/", include("live.notices.urls")),
        *[path(f"say/{name}", saying(answer)) for name, answer in ANSWERS.items()],
    ]


@pytest.fixture(autouse=True)
def urls(settings: Any) -> None:
    settings.ROOT_URLCONF = Urls


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def hers(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def say(client: Client, answer: str, *texts: str, tags: str = "", headers: dict[str, str] | None = None) -> Any:
    return client.post(f"/say/{answer}", {"say": texts or ["Saved"], "tags": tags}, headers=headers or {})


def ids(response: Any) -> list[str]:
    """The notices in an answer."""
    return IDS.findall(response.content.decode())


def told() -> list[tuple[str, str]]:
    return [(str(notice.recipients), notice.text) for notice in Notice.objects.order_by("pk")]


@contextmanager
def notices_away() -> Iterator[list[str]]:
    """The database takes no notice meanwhile. What was tried."""
    tried: list[str] = []

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "live_notices_" in sql:
            tried.append(sql)
            raise OperationalError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield tried


def failures() -> float:
    return metrics.failures.labels("message")._value.get()


# A view that redirects


def test_the_next_page_shows_it_and_the_others_are_told(hers: Client, ada: User) -> None:
    say(hers, "redirect", "Order 5 is paid")
    notice = Notice.objects.get()
    assert (str(notice.recipients), notice.text, notice.source) == (f"user:{ada.pk}", "Order 5 is paid", "message")
    assert (notice.by, notice.level, notice.html) == (ada, messages.SUCCESS, False)
    page = hers.get("/")
    assert b"Order 5 is paid" in page.content
    assert ids(page) == [str(notice.pk)], "the name by which a page knows that it has it"
    assert ids(hers.get("/")) == []


def test_on_a_page_with_a_loop_of_its_own_its_tags_are_what_they_were(hers: Client) -> None:
    say(hers, "redirect", "Saved")
    say(hers, "redirect", "Saved", tags="wide blue")
    assert (
        hers.get("/loop").content == b"<ul><li class='success'>Saved</li><li class='wide blue success'>Saved</li></ul>"
    )
    assert b"Saved" not in hers.get("/loop").content


def test_what_is_too_much_for_a_cookie_is_in_the_session_and_keeps_its_name(hers: Client) -> None:
    texts = [secrets.token_hex(900) for _ in range(3)]
    say(hers, "redirect", *texts)
    assert len(hers.session["_messages"]) > 10
    page = hers.get("/")
    assert ids(page) == [str(pk) for pk in Notice.objects.order_by("pk").values_list("pk", flat=True)]
    assert all(text in page.content.decode() for text in texts)
    assert ids(hers.get("/")) == []


def test_it_waits_through_answers_that_show_nothing(hers: Client) -> None:
    say(hers, "redirect", "One")
    hers.get("/quiet")
    say(hers, "redirect", "Two")
    assert ids(hers.get("/")) == [str(pk) for pk in Notice.objects.order_by("pk").values_list("pk", flat=True)]


def test_what_was_dismissed_on_another_page_does_not_come_again(hers: Client, ada: User) -> None:
    say(hers, "redirect", "One", "Two")
    one, two = Notice.objects.order_by("pk")
    dismiss(one, person(ada))  # type: ignore[arg-type]
    assert ids(hers.get("/")) == [str(two.pk)]
    assert ids(hers.get("/")) == []


def test_a_page_that_says_something_while_it_is_rendered_tells_the_others(hers: Client, ada: User) -> None:
    page = say(hers, "page", "Welcome")
    assert told() == [(f"user:{ada.pk}", "Welcome")]
    assert ids(page) == [str(Notice.objects.get().pk)], "it comes over the socket, too, and is dropped there"
    assert ids(hers.get("/")) == []


# A view that answers htmx


def test_the_answer_brings_it_out_of_band(hers: Client, ada: User) -> None:
    answer = say(hers, "partial", "One", "Two", headers=HTMX)
    html = answer.content.decode()
    assert html.startswith('<p>done</p><div hx-swap-oob="beforeend:#live-notices-status">')
    assert told() == [(f"user:{ada.pk}", "One"), (f"user:{ada.pk}", "Two")]
    assert ids(answer) == [str(pk) for pk in Notice.objects.order_by("pk").values_list("pk", flat=True)]
    assert ids(hers.get("/")) == [], "nothing is left for the next page"
    assert "no-store" in answer["Cache-Control"]


def test_an_answer_without_messages_is_as_it_was(hers: Client) -> None:
    answer = hers.get("/quiet", headers=HTMX)
    assert answer.content == b"<p>quiet</p>"
    assert "Cache-Control" not in answer


@pytest.mark.parametrize("answer", ["partial", "empty", "made", "stop", "wrong"])
def test_what_htmx_swaps_can_take_it(hers: Client, answer: str) -> None:
    assert len(ids(say(hers, answer, headers=HTMX))) == 1
    assert ids(hers.get("/")) == []


@pytest.mark.parametrize(
    "answer",
    "redirect no-content missing error json stream packed text HX-Redirect HX-Location HX-Refresh".split(),
)
def test_what_is_not_swapped_is_left_alone_and_the_next_page_shows_it(hers: Client, answer: str) -> None:
    response = say(hers, answer, headers=HTMX)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert b"Saved" not in body
    assert len(ids(hers.get("/"))) == 1
    assert ids(hers.get("/")) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HX-Request": "true"},
        {"Live-Notices": "1"},
        {**HTMX, "HX-Boosted": "true"},
        {**HTMX, "HX-History-Restore-Request": "true"},
    ],
)
def test_a_request_that_wants_a_page_or_cannot_take_it_is_answered_as_ever(
    hers: Client, headers: dict[str, str]
) -> None:
    assert say(hers, "partial", headers=headers).content == b"<p>done</p>"
    assert len(ids(hers.get("/"))) == 1


def test_what_waited_comes_with_the_next_answer_that_can_take_it(hers: Client) -> None:
    say(hers, "no-content", "One", headers=HTMX)
    say(hers, "redirect", "Two")
    numbers = [str(pk) for pk in Notice.objects.order_by("pk").values_list("pk", flat=True)]
    assert ids(hers.get("/quiet", headers=HTMX)) == numbers
    assert ids(hers.get("/quiet", headers=HTMX)) == ids(hers.get("/")) == []


def test_a_redirect_that_htmx_follows_brings_it_under_the_name_that_the_socket_uses(hers: Client) -> None:
    answer = hers.post("/say/redirect-to-partial", {"say": "Saved"}, headers=HTMX, follow=True)
    assert answer.content.startswith(b"<p>quiet</p>")
    assert ids(answer) == [str(Notice.objects.get().pk)]


def test_the_length_is_that_of_the_whole_answer(hers: Client) -> None:
    answer = say(hers, "sized", "Größe", headers=HTMX)
    assert int(answer["Content-Length"]) == len(answer.content) > len("<p>done</p>")


def test_any_charset_takes_any_text(hers: Client) -> None:
    answer = say(hers, "latin", "5 € für Müller", headers=HTMX)
    assert "5 &#8364; für Müller" in answer.content.decode("iso-8859-1")


def test_errors_go_where_they_interrupt(hers: Client, ada: User) -> None:
    answer = LiveStorage(request_of(ada))
    answer.add(messages.ERROR, "Not saved")
    response = HttpResponse()
    answer.update(response)
    assert b'hx-swap-oob="beforeend:#live-notices-alert"' in response.content


def test_what_a_template_has_read_is_for_that_page_alone(hers: Client) -> None:
    answer = say(hers, "reads", "Saved", headers=HTMX)
    assert answer.content == b"<ul><li class='success'>Saved</li></ul>"
    assert told() == []
    assert ids(hers.get("/")) == []


def test_what_is_said_after_the_template_has_read_is_not_lost(hers: Client, ada: User) -> None:
    answer = say(hers, "reads-then-more", "Saved", headers=HTMX)
    assert answer.content.count(b"Saved") == 1
    assert told() == [(f"user:{ada.pk}", "After that")]
    assert ids(answer) == [str(Notice.objects.get().pk)]
    say(hers, "reads-then-more", "Saved")
    page = hers.get("/").content
    assert b"After that" in page and b"Saved" not in page


# What is said


def request_of(user: User | None = None) -> HttpRequest:
    """A request of htmx that has been through no middleware."""
    request = RequestFactory(headers=HTMX).get("/")
    request.session = {}  # type: ignore[assignment]
    if user is not None:
        request.user = user
    return request


def test_text_is_escaped_and_html_is_taken_as_it_is(ada: User) -> None:
    storage, response = LiveStorage(request_of(ada)), HttpResponse()
    storage.add(messages.INFO, "<b>plain</b>")
    storage.add(messages.INFO, format_html("<b>{}</b>", "<safe>"))
    storage.add(messages.INFO, lazy(format_html, SafeString)("<i>{}</i>", "<lazy>"))
    storage.update(response)
    assert [notice.html for notice in Notice.objects.order_by("pk")] == [False, True, True]
    html = response.content.decode()
    assert "&lt;b&gt;plain&lt;/b&gt;" in html
    assert "<b>&lt;safe&gt;</b>" in html
    assert "<i>&lt;lazy&gt;</i>" in html


def test_html_is_still_html_on_the_next_page(ada: User) -> None:
    request, response = request_of(ada), HttpResponse(status=204)
    storage = LiveStorage(request)
    storage.add(messages.INFO, format_html("<b>{}</b>", "<safe>"))
    storage.update(response)
    later = request_of(ada)
    later.COOKIES = {"messages": response.cookies["messages"].value}
    (notice,) = LiveStorage(later).notices()
    assert (notice.pk, notice.html, notice.text) == (Notice.objects.get().pk, True, "<b>&lt;safe&gt;</b>")


def test_lazy_words_are_said_in_the_language_of_the_request(ada: User) -> None:
    storage = LiveStorage(request_of(ada))
    storage.add(messages.INFO, gettext_lazy("Dismiss"), extra_tags=gettext_lazy("wide"))
    storage.add(messages.INFO, ngettext_lazy("%d order", "%d orders", 2) % 2)
    storage.update(HttpResponse())
    assert list(Notice.objects.order_by("pk").values_list("text", "tags")) == [("Dismiss", "wide"), ("2 orders", "")]


def test_levels_are_those_of_the_project(ada: User, settings: Any) -> None:
    settings.MESSAGE_LEVEL, settings.MESSAGE_TAGS = 25, {35: "odd"}
    storage, response = LiveStorage(request_of(ada)), HttpResponse()
    storage.add(messages.INFO, "Too low")
    storage.add(35, "Odd")
    storage.update(response)
    assert list(Notice.objects.values_list("level", "text")) == [(35, "Odd")]
    assert b"live-notice-odd" in response.content and b"Too low" not in response.content


@pytest.mark.parametrize("tags", ["secret", "wide secret", "local", "local wide"])
def test_a_secret_and_what_is_local_are_told_to_nobody_else(hers: Client, tags: str) -> None:
    answer = say(hers, "partial", "The first secret", tags=tags, headers=HTMX)
    assert answer.content.count(b"The first secret") == 1
    assert [name[0] for name in ids(answer)] == ["m"]
    say(hers, "redirect", "The second secret", tags=tags)
    page = hers.get("/")
    assert page.content.count(b"The second secret") == 1
    assert [name[0] for name in ids(page)] == ["m"]
    assert ids(hers.get("/")) == []
    assert told() == []


def test_a_tag_that_only_contains_the_word_is_no_secret(hers: Client) -> None:
    say(hers, "redirect", tags="secretary")
    assert len(told()) == 1


# Who it is


def test_a_visitor_is_known_by_the_session(client: Client) -> None:
    session = client.session
    session["basket"] = 1
    session.save()
    answer = say(client, "partial", headers=HTMX)
    assert told() == [(f"session:{digest(session.session_key or '')}", "Saved")]
    assert Notice.objects.get().by is None
    assert ids(answer) == [str(Notice.objects.get().pk)]


def test_a_visitor_without_a_session_gets_it_in_the_answer_or_on_the_next_page(client: Client) -> None:
    answer = say(client, "partial", headers=HTMX)
    assert [name[0] for name in ids(answer)] == ["m"]
    say(client, "redirect")
    assert [name[0] for name in ids(client.get("/"))] == ["m"]
    assert ids(client.get("/")) == []
    assert told() == []
    assert "sessionid" not in client.cookies, "no session is made for it"


def test_without_accounts_and_sessions_it_is_as_for_a_stranger() -> None:
    storage, response = LiveStorage(request_of()), HttpResponse()
    storage.add(messages.INFO, "Hello")
    assert storage.update(response) == []
    assert len(ids(response)) == 1
    assert told() == []


# When something fails


@pytest.mark.parametrize("answer", ["redirect", "partial"])
def test_a_database_that_fails_costs_the_other_pages_only(
    hers: Client, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = failures()
    with notices_away() as tried:
        response = say(hers, answer, "One", "Two", headers=HTMX)
    assert response.status_code < 400
    assert len(tried) == 1, "it is not asked again for each message"
    assert failures() == before + 1
    assert "the disk is full" in caplog.text
    shown = response if answer == "partial" else hers.get("/")
    assert [name[0] for name in ids(shown)] == ["m", "m"]
    assert b"One" in shown.content and b"Two" in shown.content
    assert ids(hers.get("/")) == []


def test_where_it_cannot_be_asked_what_was_dismissed_all_is_shown(
    hers: Client, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    say(hers, "redirect")
    dismiss(Notice.objects.get(), person(ada))  # type: ignore[arg-type]
    with notices_away():
        answer = hers.get("/quiet", headers=HTMX)
    assert len(ids(answer)) == 1
    assert "the disk is full" in caplog.text
    assert Dismissal.objects.count() == 1


def test_a_text_too_long_for_a_notice_is_still_a_message(hers: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = failures()
    answer = say(hers, "partial", "x" * (MAX_NOTICE_CHARACTERS + 1), "Saved", headers=HTMX)
    assert [text for _, text in told()] == ["Saved"]
    assert [name[0] == "m" for name in ids(answer)] == [True, False]
    assert b"x" * (MAX_NOTICE_CHARACTERS + 1) in answer.content
    assert failures() == before + 1
    assert f"has {MAX_NOTICE_CHARACTERS + 1} characters" in caplog.text


def test_a_view_that_undoes_its_work_can_say_so(hers: Client, ada: User) -> None:
    hers.post("/rolled-back")
    assert told() == [(f"user:{ada.pk}", "Nothing was saved")]
    assert not Group.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_a_transaction_for_each_request_what_fails_is_told_to_nobody(
    hers: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    hers.raise_request_exception = False
    assert hers.post("/failing").status_code == 500
    assert told() == []
    hers.post("/undone")
    assert told() == [(f"user:{ada.pk}", "Nothing was saved")]
    assert not Group.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic", [False, True])
def test_when_the_answer_comes_the_notice_has_its_place(
    hers: Client, atomic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the page that is loaded next is behind it, and does not show it twice."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
    say(hers, "redirect", "One", "Two")
    one, two = Notice.objects.order_by("pk")
    assert one.seq is not None and two.seq == one.seq + 1
    page = hers.get("/").content.decode()
    assert f'id="live_notices-notices" data-version="{two.seq}"' in page


def test_a_project_can_come_from_django_s_own_storage_and_go_back(ada: User) -> None:
    for write, read in ((FallbackStorage, LiveStorage), (LiveStorage, FallbackStorage)):
        storage, response = write(request_of(ada)), HttpResponse(status=204)
        storage.add(messages.INFO, "From before", extra_tags="wide")
        storage.update(response)
        later = request_of(ada)
        later.COOKIES = {"messages": response.cookies["messages"].value}
        assert list(read(later)) == [Message(messages.INFO, "From before")]


@pytest.mark.parametrize(("path", "name"), [("/", "messages"), ("/our/status", "messages-our-status")])
def test_what_waits_in_a_cookie_is_for_the_path_of_sessions(settings: Any, path: str, name: str) -> None:
    """Another site may be at / of the same host, with its own messages."""
    settings.SESSION_COOKIE_PATH = path
    request, response = request_of(AnonymousUser()), HttpResponse(status=204)
    storage = LiveStorage(request)
    storage.add(messages.INFO, "Saved")
    storage.update(response)
    assert {name: cookie["path"] for name, cookie in response.cookies.items()} == {name: path}
    later, shown = request_of(AnonymousUser()), HttpResponse(status=204)
    later.COOKIES = {name: response.cookies[name].value}
    storage = LiveStorage(later)
    assert [message.message for message in storage] == ["Saved"]
    storage.update(shown)
    assert (shown.cookies[name]["path"], shown.cookies[name]["max-age"]) == (path, 0)
