"""What the code under test has announced, rendered and sent."""

from typing import Any

import pytest
from django.db import transaction

from live import ANY, changes, fragment
from live.keys import ElementId, RenderingId
from live.notices import everyone, notify
from live.rendering import render
from live.testing import capture
from live.testing.capture import Changed
from tests.unit.live.crew import Crew, pk

A, B = RenderingId(ElementId("a")), RenderingId(ElementId("b"), "staff")
both = pytest.mark.parametrize(
    "kind",
    [
        pytest.param("in a transaction", marks=pytest.mark.django_db),
        pytest.param("that commits", marks=pytest.mark.django_db(transaction=True)),
    ],
)


@pytest.mark.database
@both
def test_it_has_what_was_committed_inside_in_order(kind: str) -> None:
    changes.changed(B)
    with capture() as live:
        changes.changed(A)
        with transaction.atomic():
            changes.changed(B)
            assert B not in live.changed, "not before the commit"
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            changes.changed(RenderingId(ElementId("c")))
            raise ZeroDivisionError
    changes.changed(A)
    assert live.changed == [A, B]


@pytest.mark.django_db
def test_a_key_is_in_it_whose_pages_hear_of_it(templates: dict[str, str]) -> None:
    templates["it.html"] = "<p>1</p>"

    @fragment("it.html")
    def listed(pk: int, q: str = "") -> dict[str, Any]:
        return {}

    with capture() as live:
        listed.changed(pk=1)
        listed.changed(pk=2, q="a")
    assert listed.key(pk=1) in live.changed and listed.key(pk=1, q="b") in live.changed
    assert listed.key(pk=1).named_at("footer") in live.changed
    assert listed.key(pk=2, q="a") in live.changed
    assert listed.key(pk=2) not in live.changed and listed.key(pk=3) not in live.changed
    with capture() as live:
        listed.changed(pk=ANY)
    assert all(listed.key(pk=pk, q=q) in live.changed for pk, q in [(1, ""), (2, "b")])
    with capture() as live:
        listed.changed(pk=ANY, q="a")
        listed.changed(pk=5, q=ANY)
    keys = [listed.key(pk=pk, q=q) for pk, q in [(1, "a"), (1, "b"), (5, "b")]]
    assert [key in live.changed for key in keys] == [True, False, True]
    assert Changed() == []


@both
def test_it_has_what_was_rendered_and_sent(crew: Crew, kind: str) -> None:
    team, [ann] = crew.make("crew", "Ann")
    render.render(team)
    with capture() as live:
        render.render(ann)
        notify(everyone, "info", "Hello")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            notify(everyone, "info", "never")
            raise ZeroDivisionError
    render.render(team)
    assert live.rendered == [crew.person.key(pk=pk(ann))]
    assert [notice.text for notice in live.notified] == ["Hello"]


def test_without_anything_it_asks_no_database() -> None:
    with capture() as live:
        pass
    assert (live.changed, live.rendered, live.notified) == ([], [], [])


def test_it_ends_with_an_exception() -> None:
    before = list(changes.listeners), list(render.listeners)
    with pytest.raises(ZeroDivisionError), capture():
        raise ZeroDivisionError
    assert (changes.listeners, render.listeners) == before
