"""Equal snapshots are of what looks the same."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.utils.safestring import mark_safe

from live.rendering.snapshots import snapshot

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    "value", [None, 1, "a", 1.5, Decimal("1.50"), datetime(2026, 1, 1, tzinfo=UTC), [1, (2, {"a": b"x"})]]
)
def test_the_same_is_equal(value: Any) -> None:
    assert snapshot(value) == snapshot(value) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, True),
        (1, 1.0),
        (Decimal("1.0"), Decimal("1.00")),
        (NOON, NOON.astimezone(timezone(timedelta(hours=1)))),
        ("<b>", mark_safe("<b>")),
        ([1], (1,)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": {"b": [1]}}, {"a": {"b": [2]}}),
        ([{"a": 1, "b": 2}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 1, "b": 3}]),
    ],
)
def test_what_looks_different_is_not(one: Any, other: Any) -> None:
    assert snapshot(one) != snapshot(other)


@pytest.mark.parametrize("value", [object(), [object()], {"a": lambda: 1}, {1, 2}])
def test_of_what_nobody_knows_there_is_none(value: Any) -> None:
    assert snapshot(value) is None


def test_instances_are_what_they_hold_with_all_that_was_read_with_them() -> None:
    group = Group.objects.create(name="crew")
    ann = User.objects.create(username="ann")
    ann.groups.add(group)

    def read() -> Any:
        return snapshot(User.objects.prefetch_related("groups").get())

    before = read()
    assert before == read() is not None
    Group.objects.update(name="team")
    assert before != read(), "Django calls them equal"
    assert snapshot(User.objects.all()) is None, "it has not been read"


def test_of_several_instances_a_change_in_any_is_seen() -> None:
    def read(name: str) -> Any:
        return snapshot([Group(pk=1, name="ann"), Group(pk=2, name=name)])

    assert read("bob") == read("bob") is not None
    assert read("bob") != read("cid")


def test_a_change_in_what_is_kept_is_seen() -> None:
    ann = User(username="ann")
    before = snapshot([ann])
    ann.username = "bob"
    assert before != snapshot([ann])


def test_what_leads_back_to_itself_has_an_end() -> None:
    permission = Permission.objects.select_related("content_type").first()
    assert permission is not None
    permission.content_type.permission = permission
    assert snapshot(permission) == snapshot(permission) is not None
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert snapshot(deep) is None
