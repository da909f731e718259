"""The places in the feed: in the order of commits, without gaps and doubles, whoever gives them out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from prometheus_client import REGISTRY

from live.notices.feed import notices
from live.notices.models import Counter, Notice
from live.notices.recipient_kinds import everyone
from live.notices.sender import send
from live.notices.sequence import sequence

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def row(text: str, key: str = "") -> Notice:
    """A committed notice that nobody has given a place."""
    expires = timezone.now() + timedelta(hours=1)
    return Notice.objects.create(recipients="everyone", text=text, key=key, expires=expires)


@pytest.fixture(params=["as the site has it", "as Django has it"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How transactions begin in new threads. Django's default on SQLite is to read first and to lock at a write."""
    if connection.vendor == "sqlite" and request.param == "as Django has it":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", "DEFERRED")


def numbers() -> list[tuple[int | None, str]]:
    return list(Notice.objects.order_by("seq").values_list("seq", "text"))


def test_the_feed_has_those_with_a_place_and_gives_one_to_the_others() -> None:
    row("a")
    assert [item.sequence for item in notices.newest(0, 5)] == [1]
    assert [item.sequence for item in notices.newest(0, 5)] == [1], "nothing is without a place"
    assert str(Counter.objects.get()) == "notices 1"


def test_who_has_missed_too_much_is_told_where_the_rest_is() -> None:
    assert 'hx-swap-oob="beforeend:#live-notices-status"' in notices.reset()
    assert "live-notice-warning" in notices.reset()


def test_each_gets_the_next_place_in_the_order_in_which_they_were_written() -> None:
    row("a"), row("b")
    assert sequence() == 2
    row("c")
    assert sequence() == 1
    assert sequence() == 0
    assert numbers() == [(1, "a"), (2, "b"), (3, "c")]
    assert Counter.objects.get(name="notices").value == 3


def test_a_place_is_never_used_again() -> None:
    send(everyone, "info", "a")
    Notice.objects.all().delete()
    send(everyone, "info", "b")
    assert numbers() == [(2, "b")]


def test_who_commits_late_comes_late() -> None:
    """The serial number is taken at the insert. Had the feed gone by it, readers of the second had missed the first."""
    if connection.vendor == "sqlite":  # where one writes at a time, and numbers are in the order of commits
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    written, commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                send(everyone, "info", "first written")
                written.set()
                assert commit.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    send(everyone, "info", "first committed")
    assert numbers() == [(1, "first committed")]
    commit.set()
    thread.join(10)
    assert numbers() == [(1, "first committed"), (2, "first written")]
    assert Notice.objects.get(seq=2).pk < Notice.objects.get(seq=1).pk


def test_a_slow_transaction_holds_up_nobody_else() -> None:
    """It is replacing one that has no place yet; the others get theirs, and that one when it has committed."""
    if connection.vendor == "sqlite":  # where one writes at a time
        return
    row("held", key="import")
    held, commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                send(everyone, "info", "replaced", replace="import")
                held.set()
                assert commit.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert held.wait(10)
    send(everyone, "info", "another")
    assert thread.is_alive()
    assert Notice.objects.get(text="another").seq == 1
    commit.set()
    thread.join(10)
    assert numbers() == [(1, "another"), (2, "replaced")]


def test_many_at_once_get_each_a_place_of_their_own(mode: None) -> None:
    def tell(n: int) -> None:
        try:
            send(everyone, "info", f"n{n}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tell, range(30)))
    sequence()
    assert [seq for seq, _ in numbers()] == list(range(1, 31))
    assert {text for _, text in numbers()} == {f"n{n}" for n in range(30)}


def test_many_that_replace_one_another_are_one(mode: None) -> None:
    def tell(n: int) -> None:
        try:
            for each in range(8):
                send(everyone, "info", f"n{n} {each}", replace="import")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tell, range(6)))
    sequence()
    notice = Notice.objects.get()
    assert notice.revision == 47 and notice.seq is not None


def test_one_whose_process_ended_in_between_is_found_by_the_next_who_looks() -> None:
    row("left behind")
    assert [item.sequence for item in notices.newest(0, 10)] == [1]
    assert numbers() == [(1, "left behind")]


def test_a_failure_is_said_and_mended_later(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def failures() -> float:
        return REGISTRY.get_sample_value("live_failures_total", {"where": "sequence"}) or 0

    before = failures()
    with monkeypatch.context() as patched:
        patched.setattr(Counter, "lock", lambda name: (_ for _ in ()).throw(DatabaseError("it is away")))
        send(everyone, "info", "Hello")
    assert failures() == before + 1
    assert "could not be put in order" in caplog.text and "it is away" in caplog.text
    assert numbers() == [(None, "Hello")]
    assert len(notices.newest(0, 10)) == 1
