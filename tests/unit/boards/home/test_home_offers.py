"""Which series are offered to be added to a board, and what a panel of them is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from boards.editing.history import restore
from boards.home.adding import add_panel, make_board
from boards.home.offers import MAX_OFFERS, boards_to_add_to, offer_named, offers_now
from boards.models import Board, DismissedSeries, Panel, PanelSeries, Revision
from boards.panels import draw
from series.models import Series
from series.samples import Sample
from series.storage.write import write
from tests.waiting import DEADLINE

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Make = Callable[..., Any]


def send(name: str, *values: float | str, every: float = 60.0, **tags: str) -> None:
    begin = timezone.now() - timedelta(seconds=every * (len(values) - 1))
    write(Sample(name, tags, begin + timedelta(seconds=every * n), value) for n, value in enumerate(values))


def names() -> list[str]:
    return [offer.selector for offer in offers_now().shown]


def test_what_no_panel_shows_is_offered(make_panel: Make, points: Make) -> None:
    send("orders", 12)
    [offer] = offers_now().shown
    assert (offer.name, offer.selector, offer.number) == ("orders", "orders", 1)
    assert offer.text == "first value 12, a moment ago · looks like a count"
    make_panel("orders")
    assert names() == []


def test_what_a_selector_means_is_shown_already(make_panel: Make) -> None:
    send("cpu", 1, host="a")
    send("disk", 1, host="a")
    PanelSeries.objects.create(panel=make_panel(), query={"selector": "cpu{host=*}"})
    assert names() == ["disk{host=a}"]


def test_a_series_without_points_is_not_offered_and_a_dismissed_name_never_again() -> None:
    Series.objects.create(name="planned", tags={})
    send("orders", 1)
    DismissedSeries.objects.create(name="orders")
    send("orders", 1, shop="b")
    assert names() == []
    assert offer_named("orders") is not None, "somebody may have clicked before"


def test_several_of_one_name_are_one_offer() -> None:
    for host in ("a", "b"):
        send("latency_ms", 12.5, 13, 14, host=host, zone="eu")
    [offer] = offers_now().shown
    assert (offer.selector, offer.number) == ("latency_ms{host=*}", 2)
    assert offer.text.endswith("looks like a duration, about every minute")


@pytest.mark.parametrize(
    ("tags", "selector"),
    [
        ([{"a b": "1"}, {"a b": "2"}], "x{a b=*}"),
        ([{"a,b": "1"}, {"a,b": "2"}], '"x"{"a,b"=*}'),
        ([{"a": "1"}, {"b": "1"}], "x"),
        ([{}, {"b": "1"}], "x"),
    ],
)
def test_a_selector_means_all_of_them(tags: list[dict[str, str]], selector: str, make_panel: Make) -> None:
    write([Sample("x", some, timezone.now(), 1.0) for some in tags])
    assert names() == [selector]
    PanelSeries.objects.create(panel=make_panel(), query={"selector": selector})
    assert names() == [], "nothing is left to offer"


def test_hundreds_do_not_flood_the_page(django_assert_max_num_queries: Any) -> None:
    write([Sample(f"metric{number}", {"n": "1"}, timezone.now(), 1.0) for number in range(300)])
    with django_assert_max_num_queries(6):
        offers = offers_now()
    assert len(offers.shown) == MAX_OFFERS
    assert offers.more == 300 - MAX_OFFERS


def test_words_change_with_the_clock_when_they_say(at: Callable[..., None]) -> None:
    send("orders", 12)
    before = offers_now()
    assert before.next_change is not None
    at(before.next_change)
    after = offers_now()
    assert after.shown[0].text == "first value 12, 2 min ago · looks like a count"
    assert after.next_change is not None and after.next_change > before.next_change


def test_the_board_that_was_used_last_comes_first(make_panel: Make, board: Board) -> None:
    other = Board.objects.create(title="Other", slug="other")
    make_panel("cpu")
    assert boards_to_add_to(Board.objects.all()) == [(board.pk, "Mine"), (other.pk, "Other")]
    Panel.objects.create(board=other, title="New")
    assert boards_to_add_to(Board.objects.all()) == [(other.pk, "Other"), (board.pk, "Mine")]
    assert boards_to_add_to(Board.objects.all(), board.pk) == [(board.pk, "Mine")]


@pytest.mark.parametrize(
    ("name", "values", "hosts", "stored"),
    [
        ("orders", [12], [""], "series"),
        ("http_requests_total", [100, 160, 220], [""], {"selector": "http_requests_total", "function": "rate"}),
        ("latency_ms", [1.5, 2], ["a", "b"], {"selector": "latency_ms{host=*}"}),
        ("pump", ["running", "failed"], [""], "series"),
    ],
)
def test_a_panel_of_an_offer_draws(name: str, values: list[Any], hosts: list[str], stored: Any, board: Board) -> None:
    for host in hosts:
        send(name, *values, **({"host": host} if host else {}))
    offer = offer_named(name)
    assert offer is not None
    panel = add_panel(User.objects.create_user("ada"), name, board)
    assert panel is not None
    panel.full_clean()
    assert draw(panel)["state"] == ""
    row = panel.lines.get()
    assert (row.query or "series") == stored
    assert names() == []
    revision = Revision.objects.get()
    assert (revision.before, revision.panel_pk) == (None, panel.pk), "it can be undone"
    restore(panel.pk, None)
    assert names() == [offer.selector]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [2, 8])
def test_several_who_add_the_same_at_once_make_one_panel(number: int) -> None:
    send("orders", 1)
    board, other = (Board.objects.create(title=title, slug=title) for title in ("a", "b"))
    people = [User.objects.create_user(f"ada{index}") for index in range(number)]
    at_once = Barrier(number)

    def add(index: int) -> Panel | None:
        try:
            at_once.wait(DEADLINE)
            return add_panel(people[index], "orders", (board, other, None)[index % 3])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        panels = list(pool.map(add, range(number)))
    assert Panel.objects.get() in panels
    assert len([panel for panel in panels if panel is not None]) == 1
    assert Board.objects.count() in (2, 3) and not Board.objects.exclude(pk__in=[board.pk, other.pk]).filter(
        panels=None
    )


def test_panels_and_boards_are_added_at_the_end(make_panel: Make, board: Board) -> None:
    make_panel("cpu", position=4.0)
    send("orders", 1)
    ada = User.objects.create_user("ada")
    panel = add_panel(ada, "orders", board)
    assert panel is not None and panel.position > 4
    one, two, odd = (make_board(ada, title) for title in ("Größe & Co.", "Größe & Co.", "温度"))
    assert (one.slug, two.slug, odd.slug) == ("groe-co", "groe-co-2", "board")
    assert list(Board.objects.all()) == [board, one, two, odd]


def test_titles_without_letters_of_an_address_are_told_apart_by_numbers(db: None) -> None:
    ada = User.objects.create_user("ada")
    made = [make_board(ada, "売上") for _number in range(101)]
    assert [board.slug for board in made[:3]] == ["board", "board-2", "board-3"]
    assert len({board.slug for board in made}) == 101
