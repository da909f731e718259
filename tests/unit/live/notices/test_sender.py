"""Telling somebody something: at commit, in words that can be, and by those who may."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

import live
from live import changes
from live.notices import anotify, notify, sender, staff
from live.notices.models import AuditEntry, Dismissal, Notice
from live.notices.recipient_kinds import Recipients, everyone
from live.notices.sender import prune, send

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the feed is announced."""
    heard: list[str] = []
    monkeypatch.setattr(
        changes, "listeners", [lambda ids: heard.extend({id.element for id in ids} & {"live_notices-notices"})]
    )
    return heard


def ann(**given: Any) -> User:
    return User.objects.create_user("ann", **given)


# At commit


def test_a_notice_gets_its_place_and_is_announced_at_once(announced: list[str]) -> None:
    notice = notify(everyone, "success", "Hello")
    notice.refresh_from_db()
    assert (notice.seq, notice.revision, notice.level, notice.html, notice.source) == (1, 0, 25, False, "code")
    assert announced == ["live_notices-notices"]


def test_in_a_transaction_it_is_said_at_the_commit(announced: list[str]) -> None:
    with transaction.atomic():
        notice = notify(everyone, "info", "Hello")
        assert announced == [] and notice.seq is None
    notice.refresh_from_db()
    assert notice.seq == 1 and announced == ["live_notices-notices"]


def test_what_is_rolled_back_was_never_said(announced: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify(everyone, "info", "Hello")
        raise ZeroDivisionError
    assert announced == [] and not Notice.objects.exists() and not AuditEntry.objects.exists()


def test_async_code_awaits(announced: list[str]) -> None:
    async def tell() -> Notice:
        with pytest.raises(RuntimeError, match=r"await anotify"):
            notify(everyone, "info", "Hello")
        return await anotify(everyone, "info", "Hello")

    notice = asyncio.run(tell())
    notice.refresh_from_db()
    assert notice.seq == 1 and announced == ["live_notices-notices"]


# What is said


def test_a_template_is_rendered_and_taken_as_it_is() -> None:
    notice = notify(everyone, "info", "live/gone.html", context={})
    assert notice.html and "This is no longer here." in notice.text
    assert not notify(everyone, "info", "live/gone.html").html


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"message": " "}, "the text is empty"),
        ({"message": "x" * 2001}, "2001 characters; at most 2000 fit"),
        ({"level": "loud"}, "'loud' is no level"),
        ({"link": "javascript:a"}, "is no link"),
        ({"ttl": 0}, "it must be more than nothing"),
        ({"ttl": -5}, "it must be more than nothing"),
        ({"recipients": Recipients("martians")}, "there are no recipients 'martians'"),
    ],
)
def test_what_cannot_be_said_raises_in_words_and_says_nothing(given: dict[str, Any], words: str) -> None:
    said: dict[str, Any] = {"recipients": everyone, "level": "info", "message": "Hello", **given}
    with pytest.raises(ValueError, match=words):
        send(**said)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("given", "lasts"),
    [({}, timedelta(minutes=10)), ({"sticky": True}, timedelta(days=30)), ({"ttl": 5}, timedelta(seconds=5))]
    + [({"ttl": timedelta(hours=1), "sticky": True}, timedelta(hours=1))],
)
def test_how_long_it_is_repeated(given: dict[str, Any], lasts: timedelta) -> None:
    notice = notify(everyone, "info", "Hello", **given)
    assert notice.expires - notice.at == lasts


def test_one_of_the_same_name_takes_its_place() -> None:
    first = notify(everyone, "info", "40 %", replace="import", link="/a")
    other = notify(staff, "info", "40 %", replace="import")
    notify(everyone, "info", "between")
    second = notify(everyone, "success", "done", replace="import")
    assert second.pk == first.pk != other.pk
    second.refresh_from_db()
    assert (second.text, second.revision, second.seq, second.level, second.link) == ("done", 1, 4, 25, "")
    assert Notice.objects.count() == 3


def test_lazy_texts_are_said_as_they_are_read() -> None:
    from django.utils.translation import gettext_lazy

    assert notify(everyone, "info", gettext_lazy("Sign in")).text == "Sign in"  # type: ignore[arg-type]


# Bounded


def test_what_is_old_and_what_is_too_much_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "MAX_NOTICES", 5)
    long_ago = timezone.now() - timedelta(days=31)
    old = [notify(staff, "info", f"old {n}") for n in range(2)]
    Notice.objects.update(created=long_ago, at=long_ago, expires=long_ago)
    lasting = notify(staff, "info", "old, and still true", sticky=True)
    Notice.objects.filter(pk=lasting.pk).update(created=long_ago)
    Dismissal.objects.create(person="user:1", notice=old[0])
    assert prune() == 2
    assert list(Notice.objects.values_list("text", flat=True)) == ["old, and still true"]
    for n in range(6):
        notify(staff, "info", f"new {n}")
    assert prune() == 2
    assert Notice.objects.count() == 5


def test_pruning_comes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "MAX_NOTICES", 3)
    monkeypatch.setattr(sender, "PRUNE_EVERY_NOTICES", 5)
    for n in range(5):
        notify(staff, "info", f"n{n}")
    assert Notice.objects.count() == 3


# The names


def test_the_public_names_are_there() -> None:
    for name in live.__all__:
        assert getattr(live, name) is not None
    with pytest.raises(AttributeError, match="module 'live' has no attribute 'notfy'"):
        live.notfy  # noqa: B018


def test_one_that_is_over_gives_up_its_name() -> None:
    """Who has put Monday's away is told of Tuesday's."""
    monday = notify(everyone, "error", "Backup failed on Monday", replace="backup")
    Dismissal.objects.create(person="user:1", notice=monday)
    Notice.objects.update(expires=timezone.now())
    tuesday = notify(everyone, "error", "Backup failed on Tuesday", replace="backup")
    assert tuesday.pk != monday.pk and not tuesday.dismissals.exists()
    assert notify(everyone, "error", "Still failing", replace="backup").pk == tuesday.pk


def test_many_in_one_transaction_get_their_places_at_once(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(160), transaction.atomic():
        for n in range(20):
            notify(staff, "info", f"n{n}")
    assert sorted(Notice.objects.values_list("seq", flat=True)) == list(range(1, 21))


@pytest.mark.parametrize(("what", "longest"), [("icon", 50), ("replace", 100), ("tags", 200), ("link", 500)])
def test_what_does_not_fit_is_said(what: str, longest: int) -> None:
    fits: dict[str, Any] = {what: "/" + "x" * (longest - 1)}
    notify(staff, "info", "Hello", **fits)
    with pytest.raises(ValueError, match=f"{what} has {longest + 1} characters; at most {longest}"):
        notify(staff, "info", "Hello", **{what: fits[what] + "x"})
