"""What was announced and rendered last, noted with DEBUG."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group

from live import changes, fragment
from live.debug.record import MAX_NOTED, Record
from live.hub import invalidations
from live.hub.hub import Hub
from live.rendering import render
from tests.unit.live.crew import Crew, pk, rename
from tests.unit.live.screens import Screen, in_thread, settled

pytestmark = pytest.mark.database


@pytest.fixture
def record() -> Iterator[Record]:
    made = Record("tests.person")
    made.start()
    made.start()
    yield made
    made.stop()
    assert made.rendered not in render.listeners and made.changed not in invalidations.listeners


@pytest.mark.django_db(transaction=True)
def test_a_rendering_with_what_it_took_and_asked(record: Record, crew: Crew) -> None:
    team, _ = crew.make("crew", "Ann")
    render.render(team)
    render.render(team)
    rename(team, "other")
    render.render(team)
    first, same, other = record.renderings
    assert (first.key, first.before, same.before, same.version) == (team, None, first.version, first.version)
    assert other.version != other.before == first.version
    assert [one.queries for one in record.renderings] == [2, 2, 2]
    assert all(0 <= one.seconds < 60 for one in record.renderings)
    assert record.last_of(team.id) is other


@pytest.mark.django_db(transaction=True)
def test_the_newest_are_noted_and_nothing_of_the_page_itself(record: Record, crew: Crew) -> None:
    team, [ann] = crew.make("crew", "Ann")
    render.render(ann)
    assert not record.renderings and record.last_of(ann.id) is None
    for _ in range(MAX_NOTED + 2):
        render.render(team)
    assert len(record.renderings) == MAX_NOTED


async def test_why_a_change_was_sent_or_not(record: Record, hub: Hub, crew: Crew) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    crew.team.changed(pk=pk(team))
    await Screen(team).join(hub)
    crew.team.changed(pk=pk(team))
    assert record.changes[-1].outcome == "is to be rendered"
    await settled(hub)
    await in_thread(lambda: rename(team, "other"))
    crew.team.changed(pk=pk(team))
    await settled(hub)
    assert [change.outcome for change in record.changes] == [
        "no open page has it: not rendered",
        "rendered, and it looks as before: not sent",
        "rendered, and it looks different: sent to those of 1 pages that show another version",
    ]


@pytest.mark.django_db
def test_queries_outside_of_fragments_are_in_none(record: Record, templates: dict[str, str]) -> None:
    templates["no.html"] = "<b></b>"

    @fragment("no.html")
    def no() -> dict[str, Any]:
        return {}

    assert not Group.objects.exists()
    render.render(no.key())
    assert [one.queries for one in record.renderings] == [0]


def test_who_announces_what_nobody_hears_is_warned_all_the_same(record: Record) -> None:
    """``live.changes`` warns where it has no listener."""
    assert changes.listeners == []
