"""A slow render harms nobody, and what does not come is said."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.urls import set_script_prefix

from live import Fragment, fragment
from live.hub import process, render_slots, renderer, scheduler
from live.hub.hub import Hub
from live.hub.render_slots import MAX_SLOTS_OF_ONE_FRAGMENT
from live.hub.watches import RECENT
from live.keys import Key
from tests.unit.live.crew import Crew, number, pk, rename
from tests.unit.live.loaded import Rows
from tests.unit.live.screens import HEARTBEAT, Screen, count, first_paint, in_thread, renders, settled
from tests.waiting import until_async

pytestmark = pytest.mark.database


class Slow:
    """Fragments that are rendered until they are let go; how many are, by name."""

    def __init__(self, templates: dict[str, str]) -> None:
        templates["slow.html"] = "<b>{{ n }}</b>"
        self.go_on, self.stuck = threading.Event(), False
        self.rendering: list[str] = []
        self.most: dict[str, int] = {}
        self._lock = threading.Lock()

    def declare(self, name: str) -> Fragment:
        def slow(n: int) -> dict[str, Any]:
            if self.stuck:
                with self._lock:
                    self.rendering.append(name)
                    self.most[name] = max(self.most.get(name, 0), self.rendering.count(name))
                assert self.go_on.wait(30)
                with self._lock:
                    self.rendering.remove(name)
            return {"n": n}

        slow.__name__ = name
        return fragment("slow.html")(slow)


@pytest.fixture
def slow(templates: dict[str, str]) -> Iterator[Slow]:
    made = Slow(templates)
    yield made
    made.go_on.set()


def test_what_is_rendered_later_has_the_addresses_of_the_page(
    no_clock: None, transactional_db: None, templates: dict[str, str]
) -> None:
    """Its links lead below the prefix, as they do where it is painted first."""
    templates["link.html"] = "<a href=\"{% url 'login' %}\">Sign in</a>"

    @fragment("link.html")
    def link() -> dict[str, Any]:
        return {}

    async def rendered() -> str:
        hub = process.running_hub()
        try:
            screen = await Screen(link.key()).join(hub, {link.key().element: "of another prefix"})
            return await screen.gets("Sign in")
        finally:
            process.stop()

    set_script_prefix("/status/")
    try:
        assert 'href="/status/accounts/login/"' in asyncio.run(rendered())
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize("are_known", [False, True])
async def test_a_quick_fragment_waits_for_no_slow_ones(hub: Hub, crew: Crew, slow: Slow, are_known: bool) -> None:
    """Before they have gone on for so long, they are rendered four keys of each of four fragments, and are stuck."""
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    keys = [slow.declare(f"slow{name}").key(n=n) for name in range(4) for n in (1,)]
    keys += [Fragment.named(f"tests.slow{name}").key(n=n) for name in range(4) for n in (2, 3, 4)]
    screen = await Screen(ann, *keys).join(hub)
    if are_known:
        for key in keys:
            hub.core.watches[key.id].recent_seconds = (5.0,) * RECENT
            hub.core.watches[key.id].started_at = float("-inf")
    slow.stuck = True
    hub.invalidate([key.id for key in keys])
    await until_async(lambda: len(slow.rendering) >= 4, "slow renders under way")
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await screen.gets("Anna")
    assert slow.rendering, "they are still under way"
    assert max(slow.most.values()) <= (1 if are_known else MAX_SLOTS_OF_ONE_FRAGMENT)
    slow.go_on.set()


async def test_a_database_that_is_away_makes_no_fragment_slow(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    watch = hub.core.watches[ann.id]
    watch.recent_seconds = ()
    monkeypatch.setattr(renderer, "away_since", lambda: 5.0)
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await screen.gets("Anna")
    assert watch.recent_seconds == ()
    monkeypatch.setattr(renderer, "away_since", lambda: None)
    await in_thread(lambda: (rename(ann, "Annette"), crew.person.changed(pk=pk(ann))))
    await screen.gets("Annette")
    assert len(watch.recent_seconds) == 1


async def test_a_page_that_connects_is_behind_until_all_on_it_has_come(hub: Hub, crew: Crew, slow: Slow) -> None:
    """As after a restart, while a table is locked: what it shows may be old, and nothing else says so."""
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    key, screen = slow.declare("slow").key(n=1), Screen(ann)
    shown = await first_paint(ann, key)
    slow.stuck = True
    screen.page.add(key)
    hub.join(screen.viewer, shown)
    await until_async(lambda: slow.rendering, "a render under way")
    hub.send_heartbeat()
    assert " data-behind " in await screen.gets(HEARTBEAT)
    screen.forget()
    slow.go_on.set()
    assert " data-behind " not in await screen.gets(HEARTBEAT)


async def test_what_does_not_come_is_shown_as_out_of_date_until_it_does(
    hub: Hub, slow: Slow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler, "DEADLINE_SECONDS", 0.2)
    key = slow.declare("slow").key(n=1)
    screen = await Screen(key).join(hub)
    before = count("live_overdue_total", fragment="tests.slow")
    slow.stuck = True
    hub.invalidate([key.id])
    await until_async(lambda: slow.rendering, "a render under way")

    def marked() -> bool:
        hub.renderer.mark_overdue()
        return any("data-out-of-date" in text for text in screen.texts)

    await until_async(marked, "the mark")
    assert 'data-out-of-date="Out of date: as of ' in screen.texts[-1] and ">1</b>" in screen.texts[-1]
    assert count("live_overdue_total", fragment="tests.slow") == before + 1
    assert "tests.slow(n=1) does not come" in caplog.text
    screen.forget()
    slow.stuck = False
    slow.go_on.set()
    assert "data-out-of-date" not in await screen.gets(">1</b>")


async def test_without_a_thread_it_is_tried_again(
    hub: Hub, templates: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, Any] = {"n": 1}
    shown = number(templates, state)
    screen = await Screen(shown.key()).join(hub)
    before = count("live_failures_total", where="render")
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 0.1)

    def none(*args: Any) -> Any:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as busy:
        busy.setattr(hub.renderer.threads, "run", none)
        state["n"] = 2
        hub.invalidate([shown.key().id])
        await until_async(lambda: count("live_failures_total", where="render") > before, "a failure that is counted")
    await screen.gets("n = 2")


async def test_what_goes_wrong_after_a_render_leaves_it_swept(
    hub: Hub, templates: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state: dict[str, Any] = {"n": 1}
    shown = number(templates, state)
    screen = await Screen(shown.key()).join(hub)
    before = count("live_failures_total", where="render")
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 0.1)
    with monkeypatch.context() as broken:
        broken.setattr(hub.core, "_compare", lambda *args: 1 / 0)
        state["n"] = 2
        hub.invalidate([shown.key().id])
        await until_async(lambda: count("live_failures_total", where="render") > before, "a failure that is counted")
    assert "what follows from tests.number() could not be done" in caplog.text
    state["n"] = 3
    await screen.gets("n = 3")


async def test_feeds_access_and_tasks_wait_for_no_render(hub: Hub, slow: Slow) -> None:
    keys = [slow.declare(f"slow{n}").key(n=n) for n in range(20)]
    screen = await Screen(*keys).join(hub)
    slow.stuck = True
    hub.invalidate([key.id for key in keys])
    await until_async(lambda: len(slow.rendering) >= 4, "slow renders under way")
    assert await hub.ask_database(lambda: "an answer") == "an answer"
    assert (await hub.admit(None, screen.page)).refusal is None
    await hub.feeds._threads.run(lambda: None)
    slow.go_on.set()
    await settled(hub)


async def test_a_task_that_waits_for_the_database_keeps_no_page_from_connecting(hub: Hub) -> None:
    """As a write of receipts does, which waits for SQLite's lock."""
    go_on, entered = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        assert go_on.wait(30)

    tasks = [hub.loop.create_task(hub.ask_database(wait)) for _ in range(3)]
    await until_async(entered.is_set, "a task that waits")
    assert (await hub.admit(None, Screen().page)).refusal is None
    go_on.set()
    for task in tasks:
        await task


# Many in one job


@pytest.fixture
def rows(templates: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Rows:
    """None of them is slow, however busy this machine is."""
    for module in (renderer, render_slots):
        monkeypatch.setattr(module, "SLOW_SECONDS", 600.0)
    return Rows(templates)


async def watched(hub: Hub, rows: Rows, *names: str) -> tuple[list[Key], Screen]:
    """A page that shows so many rows, each rendered."""
    keys = await in_thread(lambda: rows.make(*names))
    screen = await Screen(*keys).join(hub)
    hub.invalidate([key.id for key in keys])
    await settled(hub)
    rows.loads.clear()
    screen.forget()
    return keys, screen


def rename_all(name: str) -> None:
    User.objects.update(first_name=name)


async def test_a_burst_of_rows_is_one_load_and_one_frame(hub: Hub, rows: Rows) -> None:
    keys, screen = await watched(hub, rows, *(f"person {n}" for n in range(100)))
    await in_thread(lambda: rename_all("Ann"))
    hub.invalidate([key.id for key in keys])
    await screen.gets("Ann")
    await settled(hub)
    assert [len(load) for load in rows.loads] == [100]
    assert [len(ids) for ids in screen.frames] == [100]


async def test_the_first_paint_of_a_server_that_was_restarted_is_one_load(hub: Hub, rows: Rows) -> None:
    keys = await in_thread(lambda: rows.make(*(f"person {n}" for n in range(100))))
    screen = Screen(*keys)
    hub.join(screen.viewer, {key.element: "of the server before" for key in keys})
    await screen.gets("person 99")
    await settled(hub)
    assert [len(load) for load in rows.loads] == [100]


async def test_rows_are_swept_together(hub: Hub, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, screen = await watched(hub, rows, "Ann", "Bob", "Cid")
    monkeypatch.setattr(scheduler, "SWEEP_SECONDS", 0.5)
    for key in keys:  # which takes them apart
        hub.invalidate([key.id])
        await until_async(lambda: not any(watch.is_rendering for watch in hub.core.watches.values()), "a rendering")
    await until_async(lambda: sum(len(load) == 3 for load in rows.loads) >= 2, "sweeps of all of them")
    await in_thread(lambda: rename_all("nobody said so"))
    await screen.gets("nobody said so")


async def test_a_load_that_fails_marks_all_and_a_row_that_fails_itself(hub: Hub, rows: Rows) -> None:
    keys, screen = await watched(hub, rows, "Ann", "Bob", "Cid")
    rows.failure = ValueError("why")
    hub.invalidate([key.id for key in keys])
    await until_async(lambda: "".join(screen.texts).count("data-out-of-date") == 3, "three marks")
    rows.failure = None
    hub.invalidate([key.id for key in keys])
    await until_async(lambda: len(screen.frames) == 2 and len(screen.frames[1]) == 3, "three that are good again")
    screen.forget()
    await in_thread(lambda: User.objects.filter(first_name="Bob").update(first_name="bad"))
    hub.invalidate([key.id for key in keys])
    await screen.gets("data-out-of-date")
    await settled(hub)
    assert screen.frames == [[keys[1].element]]


async def test_rows_that_turn_out_to_be_slow_come_one_by_one(
    hub: Hub, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, screen = await watched(hub, rows, "Ann", "Bob", "Cid")
    monkeypatch.setattr(renderer, "SLOW_SECONDS", 0.0)
    await in_thread(lambda: rename_all("Dan"))
    hub.invalidate([key.id for key in keys])
    await until_async(lambda: sum(map(len, screen.frames)) == 3, "all three")
    assert [len(load) for load in rows.loads] == [3, 2, 1], "no row waits for all of them"


async def test_a_row_that_contains_itself_is_in_the_way_of_no_other(
    hub: Hub, rows: Rows, templates: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    templates["turn.html"] = '{% load live %}<div>{{ n }}{% if around %}{% live "tests.turn" n=n %}{% endif %}</div>'
    state = {"around": 1}

    @fragment("turn.html", load_many=lambda keys: {key: dict(state) for key in keys})
    def turn(loaded: dict[str, int], n: int) -> dict[str, Any]:
        return {"n": n, "around": loaded["around"] == n}

    keys = [turn.key(n=n) for n in (1, 2)]
    screen = Screen(*keys)
    hub.join(screen.viewer, {key.element: "old" for key in keys})
    await screen.gets(">2</div>")
    assert "tests.turn(n=1) could not be brought up to date; it is tried again" in caplog.text


async def test_a_row_that_is_made_of_the_same_is_not_rendered_again_by_what_may_have_changed(
    hub: Hub, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, screen = await watched(hub, rows, "Ann", "Bob", "Cid")
    before = renders("tests.row")
    hub.invalidate_all()
    await settled(hub)
    assert [sorted(load) for load in rows.loads] == [[pk(key) for key in keys]]
    assert renders("tests.row") == before, "read, and not rendered"
    await in_thread(lambda: User.objects.filter(first_name="Bob").update(first_name="Bo"))
    hub.invalidate_all()
    await screen.gets(">Bo<")
    assert renders("tests.row") == before + 1
    hub.invalidate([keys[0].id])
    await settled(hub)
    assert renders("tests.row") == before + 2, "what is announced is rendered: it may be of something else, too"
    monkeypatch.setattr(renderer, "MAX_UNCHANGED_SECONDS", 0.0)
    hub.invalidate_all()
    await settled(hub)
    assert renders("tests.row") == before + 5


async def test_a_row_that_asks_a_database_by_itself_is_always_rendered(
    hub: Hub, rows: Rows, templates: dict[str, str]
) -> None:
    templates["rows.html"] = templates["rows.html"].replace("{{ person", "{{ person.groups.count }} {{ person")
    [ann], screen = await watched(hub, rows, "Ann")
    await in_thread(lambda: Group.objects.create(name="crew").user_set.add(pk(ann)))
    hub.invalidate_all()
    await screen.gets(">1 Ann<")


@pytest.mark.parametrize("changed", [{"next_change": 1.0}, {"out_of_date": "for a while"}, {"read_at": 1e11}], ids=str)
async def test_a_row_is_rendered_again_after_its_next_change_and_an_outage_and_where_the_clock_went_back(
    hub: Hub, rows: Rows, changed: dict[str, Any]
) -> None:
    [ann], _ = await watched(hub, rows, "Ann")
    watch = hub.core.watches[ann.id]
    assert watch.rendered is not None and watch.rendered.made_of is not None
    watch.rendered = replace(watch.rendered, **changed)
    before = renders("tests.row")
    hub.invalidate_all()
    await settled(hub)
    assert renders("tests.row") == before + 1
