"""Many are asked about as one."""

from collections.abc import Collection
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User

from live import FragmentError, PageContext, fragment
from live.page.access import may_see
from live.page.visibility import withheld_from
from tests.unit.live.crew import pk
from tests.unit.live.loaded import Rows

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOBODY = AnonymousUser()


@pytest.fixture
def rows(templates: dict[str, str]) -> Rows:
    return Rows(templates)


def test_a_user_is_asked_about_all_at_once(rows: Rows) -> None:
    keys = rows.make("Ann", "Bob", "Cid")
    asked: list[Any] = []

    @rows.row.visible_to_many
    def _(user: Any, pks: list[int]) -> set[int]:
        asked.append((user, pks))
        return {pk(keys[0]), pk(keys[2])}

    known: dict[Any, Any] = {}
    assert withheld_from(NOBODY, [*keys, rows.rows.key()], known) == {keys[1]: "withheld"}
    assert asked == [(NOBODY, [pk(key) for key in keys])]
    assert may_see(NOBODY, keys[:1]) is None
    assert withheld_from(NOBODY, keys, known) == {keys[1]: "withheld"}
    assert len(asked) == 2, "what is known is not asked again"


def test_what_is_not_there_any_more_is_gone_and_not_withheld(rows: Rows) -> None:
    keys = rows.make("Ann", "Bob")
    rows.row.visible_to_many(lambda user, pks: User.objects.filter(first_name="Ann").values_list("pk", flat=True))
    gone = rows.row.key(pk=0)
    assert withheld_from(NOBODY, [*keys, gone]) == {keys[1]: "withheld", gone: "gone"}
    assert rows.loads == [[pk(keys[1]), 0]]


@pytest.mark.parametrize("failing", ["visible_to_many", "load_many"])
def test_an_error_is_a_reason_for_all_of_them(rows: Rows, caplog: pytest.LogCaptureFixture, failing: str) -> None:
    keys = rows.make("Ann", "Bob")
    rows.failure = ValueError("no load")
    rows.row.visible_to_many(lambda user, pks: 1 / 0 if failing == "visible_to_many" else [])
    assert withheld_from(NOBODY, keys) == dict.fromkeys(keys, "failed")
    assert "who may see 2 of tests.row could not be asked" in caplog.text
    with pytest.raises((ZeroDivisionError, ValueError)):
        withheld_from(NOBODY, keys, raises=True)


def test_what_says_of_each_whether_it_is_visible_shows_none(rows: Rows, caplog: pytest.LogCaptureFixture) -> None:
    keys = rows.make("Ann", "Bob")
    rows.row.visible_to_many(lambda user, pks: dict.fromkeys(pks, False))  # type: ignore[arg-type, return-value]
    assert withheld_from(NOBODY, keys) == dict.fromkeys(keys, "failed")
    assert "visible_to_many of tests.row must return those that may be seen, not a dict" in caplog.text


@pytest.mark.parametrize("garbage", [None, True, 1, "", [[]], [object()], [None]])
def test_of_garbage_nothing_is_visible(rows: Rows, garbage: Any) -> None:
    keys = rows.make("Ann", "Bob")
    rows.row.visible_to_many(lambda user, pks: garbage)
    assert withheld_from(NOBODY, keys).keys() == set(keys)


def test_there_is_one_way_to_say_who_may_see(rows: Rows) -> None:
    rows.row.visible_to_many(lambda user, pks: pks)
    with pytest.raises(FragmentError, match=r"tests\.row has a visible_to or a visible_to_many, and not both"):
        rows.row.visible_to(lambda user, pk: True)
    rows.rows.visible_to(lambda user: True)
    with pytest.raises(FragmentError, match="and not both"):
        rows.rows.visible_to_many(lambda user, keys: keys)


def test_many_are_asked_about_in_the_context_of_their_page(templates: dict[str, str]) -> None:
    templates["any.html"] = "<p></p>"
    asked: list[Any] = []

    @fragment("any.html")
    def anything(pk: int) -> dict[str, Any]:
        return {}

    @anything.visible_to_many
    def _(user: Any, pks: Collection[int], context: PageContext) -> list[int]:
        asked.append((list(pks), context.get("tenant")))
        return [pk for pk in pks if pk == context.get("tenant")]

    keys = [anything.key(pk=pk).within(PageContext("en", "UTC", (("tenant", pk),))) for pk in (1, 2)]
    assert withheld_from(NOBODY, [*keys, anything.key(pk=3), keys[1].within(keys[0].context)]) == {
        anything.key(pk=3): "withheld",
        keys[1].within(keys[0].context): "withheld",
    }
    assert asked == [([1, 2], 1), ([2], 2), ([3], None)]
