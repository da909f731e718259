"""A page that has no socket asks over HTTP, and gets what a socket would bring."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from live import database_threads, fragment, polling
from live.hub import cursors
from live.keys import Key
from live.notices import everyone, notify, user
from live.notices.feed import notices
from live.page.page import Page
from live.page.token import sign, sign_entry, sign_feed_entry
from live.rendering.seals import seal
from live.rendering.tree import render_tree
from tests.unit.live.crew import Crew, pk, rename, sign_in
from tests.unit.live.loaded import Rows
from tests.unit.live.screens import count, renders
from tests.unit.live.test_database_threads import lose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is kept for a moment is forgotten between two requests."""
    monkeypatch.setattr(polling, "MAX_AGE_SECONDS", -1.0)
    monkeypatch.setattr(polling, "_renderings", {})
    monkeypatch.setattr(polling, "_buffers", polling._Buffers())
    yield


class Poller:
    """An open page without a socket."""

    def __init__(self, *keys: Key, user: str | None = None, feed: bool = False, session: str | None = None) -> None:
        page = Page(user=user)
        for key in keys:
            page.add(key)
        if feed:
            page.add_feed(notices.name, notices.element)
        self.token = sign(page)
        self.shown: dict[str, str] = {id.element: made.version for id, made in render_tree(keys).items()}
        if feed:
            self.shown[notices.element] = str(notices.last())
        self.client = Client(enforce_csrf_checks=True)
        if session:
            self.client.cookies["sessionid"] = session

    def ask(self, **changes: Any) -> HttpResponse:
        report = {
            "page": self.token,
            "shown": [f"{id} {version} {seal(id)}" for id, version in self.shown.items()],
            **changes,
        }
        return self.client.post("/live/page", json.dumps(report), "application/json")  # type: ignore[return-value]


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_nothing_new_is_no_content_and_a_sign_of_life(crew: Crew) -> None:
    team, _ = crew.make("crew", "Bob")
    before = count("live_polls_total", status="204")
    response = Poller(team).ask()
    assert (response.status_code, response.content) == (204, b"")
    assert float(response["Live-Time"]) > 1e9
    assert "no-store" in response["Cache-Control"]
    assert count("live_polls_total", status="204") == before + 1


def test_what_differs_comes_ready_to_be_swapped_in(crew: Crew) -> None:
    team, [bob, eve] = crew.make("crew", "Bob", "Evangeline")
    page = Poller(team)
    rename(bob, "Robert")
    response = page.ask()
    assert response.status_code == 200
    assert f'id="{bob.element}" hx-swap-oob=true' in text(response)
    assert "Robert" in text(response)
    assert "Evangeline" not in text(response)
    assert eve.element not in text(response)


def test_a_root_that_the_page_does_not_show_is_not_sent(crew: Crew) -> None:
    _, [bob, eve] = crew.make("crew", "Bob", "Eve")
    page = Poller(bob, eve)
    del page.shown[bob.element]
    page.shown[eve.element] = "older"
    assert bob.element not in text(page.ask())


def test_a_placeholder_is_filled_when_it_is_near(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    poller = Poller(team)
    poller.shown = {team.element: "lazy"}
    assert poller.ask(far=[team.element]).status_code == 204
    assert ann.element in text(poller.ask())


def test_what_came_to_the_page_later_is_brought_up_to_date(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    other, [_bob] = crew.make("other", "Bob")
    poller = Poller(team)
    poller.shown |= {ann.element: poller.shown[ann.element], other.element: "old"}
    assert poller.ask().status_code == 204, "it is not of this page"
    html = text(poller.ask(more=[sign_entry(Page(), other)]))
    assert "Bob" in html and "Ann" not in html


def test_a_feed_that_came_to_the_page_later_is_one_of_the_page(crew: Crew) -> None:
    poller = Poller(crew.make("crew", "Ann")[0])
    poller.shown[notices.element] = str(notices.last())
    notify(everyone, "info", "Later")
    assert poller.ask().status_code == 204, "it is not of this page"
    assert "Later" in text(poller.ask(more=[sign_feed_entry(Page(), notices, None)]))


def test_a_rendering_serves_all_who_ask_in_the_same_moment(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "MAX_AGE_SECONDS", 60.0)
    _, [bob] = crew.make("crew", "Bob")
    pages = [Poller(bob) for _ in range(3)]
    before = renders("tests.person")
    assert [page.ask().status_code for page in pages] == [204] * 3
    assert renders("tests.person") == before + 1


@pytest.mark.parametrize(("seconds", "stands_in"), [(5, True), (3600, False)])
def test_what_was_good_long_ago_stands_in_for_nothing(
    templates: dict[str, str], monkeypatch: pytest.MonkeyPatch, seconds: int, stands_in: bool
) -> None:
    templates["it.html"] = "<p>old</p>"

    @fragment("it.html")
    def it() -> dict[str, Any]:
        if "new" in templates["it.html"]:
            raise ValueError
        return {}

    page = Poller(it.key())
    assert page.ask().status_code == 204
    [(id, (made_at, rendered))] = polling._renderings.items()
    monkeypatch.setitem(polling._renderings, id, (made_at - seconds, rendered))
    templates["it.html"] = "<p>new</p>"
    assert ("old" in text(page.ask())) == stands_in


def test_what_is_kept_is_bounded(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "MAX_RENDERINGS", 2)
    _, people = crew.make("crew", "Ann", "Bob", "Eve")
    Poller(*people).ask()
    assert len(polling._renderings) <= 2


def test_who_is_logged_out_is_told_to_sign_in(crew: Crew) -> None:
    account, session = sign_in()
    _, [bob] = crew.make("crew", "Bob")
    page = Poller(bob, user=str(account.pk), session=session)
    assert page.ask().status_code == 204
    User.objects.filter(pk=account.pk).update(is_active=False)
    response = page.ask()
    assert response.status_code == 401
    assert "who are signed in" in text(response)
    assert response["Live-Time"]


def test_words_that_cannot_be_made_do_not_keep_the_page_open(crew: Crew, templates: dict[str, str]) -> None:
    account, session = sign_in()
    _, [bob] = crew.make("crew", "Bob")
    page = Poller(bob, user=str(account.pk), session=session)
    User.objects.filter(pk=account.pk).update(is_active=False)
    templates["live/explanation.html"] = '{% url "no such name" %}'
    response = page.ask()
    assert (response.status_code, response.content) == (401, b"")


def test_a_right_that_is_lost(crew: Crew) -> None:
    team, _ = crew.make("crew", "Bartholomew")
    account, session = sign_in()
    page = Poller(team, user=str(account.pk), session=session)
    crew.team.visible_to(lambda user, pk: False)
    response = page.ask()
    assert response.status_code == 403
    assert "no longer have access" in text(response)
    assert "Bartholomew" not in text(response)


def test_what_may_not_be_seen_inside_of_a_fragment_is_asked_for_again_without_it(crew: Crew) -> None:
    team, [bob, _] = crew.make("crew", "Bartholomew", "Eve")
    page, number, hidden = Poller(team), pk(bob), list[int]()
    crew.person.visible_to(lambda user, pk: pk not in hidden)
    assert page.ask().status_code == 204
    hidden.append(number)
    User.objects.get(pk=number).groups.clear()
    response = page.ask()
    assert response.status_code == 200 and "Bartholomew" not in text(response)


def test_what_stays_inside_of_a_fragment_and_may_not_be_seen_is_withheld(crew: Crew) -> None:
    team, [bob, _] = crew.make("crew", "Bartholomew", "Eve")
    page, number = Poller(team), pk(bob)
    crew.person.visible_to(lambda user, pk: pk != number)
    response = page.ask()
    assert response.status_code == 200 and "You have no access to this" in text(response)
    rename(team, "gang")
    response = page.ask()
    assert "gang" in text(response) and "Eve" in text(response) and "Bartholomew" not in text(response)


def test_what_is_in_what_may_not_be_seen_does_not_come_by_itself(crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Annabel")
    _, [bob] = crew.make("others", "Bob")
    page = Poller(team, bob)
    crew.team.visible_to(lambda user, pk: False)
    rename(ann, "Anneliese")
    response = page.ask()
    assert response.status_code == 200 and "You have no access to this" in text(response)
    assert "Anneliese" not in text(response) and ann.element not in text(response)


def test_what_is_not_there_any_more_goes_and_the_page_stays(crew: Crew) -> None:
    _, [bob, eve] = crew.make("crew", "Bob", "Eve")
    page = Poller(bob, eve)
    crew.person.visible_to(lambda user, pk: User.objects.get(pk=pk).is_active)
    User.objects.get(pk=pk(bob)).delete()
    response = page.ask()
    assert response.status_code == 200 and "This is no longer here" in text(response)
    assert eve.element not in text(response)
    User.objects.get(pk=pk(eve)).delete()
    assert page.ask().status_code == 401


def test_a_question_that_raises_withholds_its_fragment(crew: Crew) -> None:
    _, [bob] = crew.make("crew", "Bob")
    page = Poller(bob)

    def broken(user: Any, pk: int) -> bool:
        raise ValueError("no such owner")

    crew.person.visible_to(broken)
    response = page.ask()
    assert response.status_code == 200 and "could not be shown" in text(response)


def test_an_audience_that_cannot_be_asked_is_asked_again_later(templates: dict[str, str]) -> None:
    templates["it.html"] = "<p></p>"

    @fragment("it.html", per=lambda user: 1 / user.pk)
    def it(audience: int) -> dict[str, Any]:
        return {}

    page = Poller(it.key(audience=1))
    response = page.ask()
    assert (response.status_code, response.content) == (503, b"")
    assert "Live-Database-Away" not in response


def test_a_page_of_another_version_or_another_secret_is_gone(crew: Crew) -> None:
    _, [bob] = crew.make("crew", "Bob")
    page = Poller(bob)
    response = page.ask(page=page.token[:-2])
    assert response.status_code == 410
    assert "newer version" in text(response)


@pytest.mark.parametrize("shown", [["tests-person-1 x AAAA"], [1], "x" * (polling.MAX_REPORT_LENGTH + 1)])
def test_what_no_page_of_ours_says_is_refused(crew: Crew, shown: Any) -> None:
    _, [bob] = crew.make("crew", "Bob")
    assert Poller(bob).ask(shown=shown).status_code == 403
    assert Client().post("/live/page", b"\xff", "application/json").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_page_is_told(
    crew: Crew, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, [bob] = crew.make("crew", "Bob")
    page = Poller(bob)

    before = count("live_failures_total", where="poll")
    with monkeypatch.context() as away:
        lose(away)
        response = page.ask()
    assert response.status_code == 503
    assert float(response["Live-Database-Away"]) == pytest.approx(float(response["Live-Time"]), abs=5)
    assert count("live_failures_total", where="poll") == before + 1
    assert "cannot be answered: the database does not answer" in caplog.text
    assert page.ask().status_code == 204


def test_get_says_whether_the_server_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    response = Client().get("/live/page")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Live-Time"]

    monkeypatch.setitem(database_threads._away, "default", 1234.5)
    response = Client().get("/live/page")
    assert (response.status_code, response["Live-Database-Away"]) == (503, "1234.500")
    assert Client().put("/live/page").status_code == 405


# Feeds


def test_an_item_comes_once_with_the_cursor_after_it() -> None:
    page = Poller(feed=True)
    assert page.ask().status_code == 204
    notify(everyone, "info", "Tea is ready")
    response = page.ask()
    assert text(response).count("Tea is ready") == 1
    assert f'<i id="{notices.element}" hx-swap-oob=true data-version="{notices.last()}"' in text(response)
    page.shown[notices.element] = str(notices.last())
    assert page.ask().status_code == 204


def test_a_feed_is_read_once_for_all_who_ask_in_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "MAX_AGE_SECONDS", 3600.0)
    pages = [Poller(feed=True) for _ in range(3)]
    notify(everyone, "info", "Tea is ready")
    reads: list[int] = []
    newest = notices.newest
    monkeypatch.setattr(notices, "newest", lambda after, limit: reads.append(after) or newest(after, limit))
    assert [text(page.ask()).count("Tea is ready") for page in pages] == [1, 1, 1]
    assert len(reads) == 1


def test_an_item_for_others_moves_the_cursor_alone() -> None:
    eve = User.objects.create(username="eve")
    page = Poller(feed=True)
    notify(user(eve), "info", "For Eve")
    response = page.ask()
    assert "For Eve" not in text(response)
    assert f'data-version="{notices.last()}"' in text(response)


def test_who_has_missed_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursors, "MAX_ITEMS_PER_PAGE", 1)
    page = Poller(feed=True)
    for word in ("one", "two"):
        notify(everyone, "info", word)
    before = count("live_feed_resets_total", feed=notices.name)
    response = page.ask()
    assert "More was sent while this page was disconnected" in text(response)
    assert count("live_feed_resets_total", feed=notices.name) == before + 1


@pytest.mark.parametrize("cursor", ["", "-1", "x", "9" * 30])
def test_a_cursor_that_is_none_gets_nothing(cursor: str) -> None:
    page = Poller(feed=True)
    notify(everyone, "info", "Tea is ready")
    page.shown[notices.element] = cursor
    assert page.ask().status_code == 204


def test_rows_are_read_and_asked_about_at_once(templates: dict[str, str], django_assert_max_num_queries: Any) -> None:
    rows = Rows(templates)
    keys = rows.make(*(f"person {n}" for n in range(100)))
    rows.row.visible_to_many(lambda user, pks: User.objects.filter(pk__in=pks).values_list("pk", flat=True))
    poller = Poller(*keys)
    User.objects.update(first_name="Ann")
    rows.loads.clear()
    with django_assert_max_num_queries(12):
        assert text(poller.ask()).count(">Ann<") == 100
    assert [len(load) for load in rows.loads] == [100]
