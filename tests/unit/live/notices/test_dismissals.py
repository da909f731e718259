"""The feed of dismissals: to that person's pages alone, in the order of commits."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from live import changes
from live.feeds import Feed, Subscriber
from live.keys import RenderingId
from live.notices import everyone, user
from live.notices.dismissals import dismiss, dismissals
from live.notices.models import Dismissal
from live.notices.recipient_kinds import Recipients, digest
from live.notices.sender import send
from tests.waiting import until

pytestmark = pytest.mark.database
NOBODY = Subscriber(None, None, frozenset())


def listener(user: str | None = None, session: str | None = None) -> Subscriber:
    return Subscriber(user, session, frozenset())


def test_it_is_a_feed() -> None:
    assert Feed.named("live_notices.dismissals") is dismissals


@pytest.mark.django_db
def test_each_says_which_notice_goes() -> None:
    first, second = (send(everyone, "info", said) for said in ("One", "Two"))
    assert dismissals.last() == 0
    dismiss(first, Recipients("user", "5"))
    dismiss(second, Recipients("user", "5"))
    one, two = dismissals.newest(0, 10)
    assert one.sequence < two.sequence == dismissals.last()
    assert one.render() == f'<i id="dismissal-{one.sequence}" data-dismiss="notice-{first.pk}" hidden></i>'
    assert one.into == "live-dismissals"
    assert [item.sequence for item in dismissals.newest(one.sequence, 10)] == [two.sequence]
    assert [item.sequence for item in dismissals.newest(0, 1)] == [two.sequence]
    assert one.key != two.key


@pytest.mark.django_db
def test_it_is_heard_by_the_pages_of_that_person_alone() -> None:
    notice = send(everyone, "info", "Hello")
    dismiss(notice, Recipients("user", "5"))
    dismiss(notice, Recipients("session", digest("abc")))
    of_user, of_session = dismissals.newest(0, 10)
    hers, hers_too = listener("5", "abc"), Subscriber("5", "def", frozenset(["x"]))
    among = [hers, hers_too, listener("6", "abc"), listener(None, "abc"), listener(None, "xyz"), NOBODY]
    assert list(dismissals.recipients(of_user, among)) == [hers, hers_too]
    assert list(dismissals.recipients(of_session, among)) == [listener(None, "abc")]


@pytest.mark.django_db
def test_dismissing_twice_is_once() -> None:
    notice = send(everyone, "info", "Hello")
    for _ in range(2):
        dismiss(notice, Recipients("user", "5"))
    assert len(dismissals.newest(0, 10)) == 1
    assert dismissals.last() == dismissals.newest(0, 10)[0].sequence


@pytest.mark.django_db
def test_it_is_announced_at_the_commit(django_capture_on_commit_callbacks: object) -> None:
    heard: list[frozenset[RenderingId]] = []
    changes.listeners.append(heard.append)
    try:
        notice = send(everyone, "info", "Hello")
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            dismiss(notice, Recipients("user", "5"))
            assert heard == []
    finally:
        changes.listeners.remove(heard.append)
    assert frozenset([RenderingId(dismissals.element)]) in heard


@pytest.mark.django_db(transaction=True)
def test_no_dismissal_appears_behind_one_that_was_read() -> None:
    """One that is slow to commit has a lower number than the next only if the next waits for it."""
    ada = User.objects.create_user("ada")
    notices = [send(user(ada), "info", f"Number {number}") for number in range(2)]
    dismiss(send(everyone, "info", "Before"), Recipients("user", "1"))
    locked, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            dismiss(notices[0], Recipients("user", "1"))
            locked.set()
            assert go_on.wait(10)
        connection.close()

    def fast() -> None:
        dismiss(notices[1], Recipients("user", "1"))
        done.set()
        connection.close()

    threads = [threading.Thread(target=slow), threading.Thread(target=fast)]
    threads[0].start()
    assert locked.wait(10)
    threads[1].start()
    assert not done.wait(0.5), "the second one waits"
    cursor = dismissals.last()
    go_on.set()
    for thread in threads:
        thread.join(20)
    until(done.is_set, "the second dismissal")
    found = [item.sequence for item in dismissals.newest(cursor, 10)]
    assert len(found) == 2
    order = [dismissal.notice_id for dismissal in Dismissal.objects.filter(pk__in=found).order_by("pk")]
    assert order == [notices[0].pk, notices[1].pk]


@pytest.mark.django_db(transaction=True)
def test_a_dismissal_says_whose_of_what_it_is() -> None:
    notice = send(everyone, "info", "Hello")
    assert str(Dismissal(person="user:5", notice=notice)) == f"user:5 {notice}"
