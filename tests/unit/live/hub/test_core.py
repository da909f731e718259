"""What goes to whom, without a loop, a thread or a database: the clock and the results are passed in."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from live.hub.core import Core
from live.hub.mailbox import Delivery, FeedEntry, Heartbeat
from live.hub.scheduler import DEADLINE_SECONDS, MIN_INTERVAL_SECONDS, SWEEP_SECONDS
from live.hub.viewer import FAR_SECONDS, Frame, Viewer
from live.keys import Audience, ElementId, Key, RenderingId
from live.page.page import Page, Reason
from live.rendering.rendered import Rendered, Renderings

NOW, WALL_CLOCK = 1000.0, 1e9


class NoConnection:
    """The core sends nothing by itself."""

    def send(self, frame: Frame) -> bool:
        raise AssertionError("the core has sent a frame")

    def when_writable(self, act: Callable[[], None]) -> None:
        raise AssertionError("the core waits for a connection")

    def close(self, reason: Reason) -> None:
        raise AssertionError("the core has closed a connection")


def key(name: str, audience: Audience | None = None) -> Key:
    return Key(f"tests.{name}", (), ElementId(name), audience)


def rendered(key: Key, version: str = "1", *children: Key) -> Rendered:
    return Rendered(key, "p", ">…</p>", version, children)


def viewer(*names: str, audiences: dict[str, Audience] | None = None) -> Viewer:
    page = Page()
    for name in names:
        page.add(key(name))
    return Viewer(NoConnection(), None, page, audiences or {})


def shown(**versions: str) -> dict[ElementId, str]:
    return {ElementId(name): version for name, version in versions.items()}


class Restricted(set[str]):
    """The names of fragments that are not for everybody."""

    def __call__(self, key: Key) -> bool:
        return key.name.removeprefix("tests.") in self


@pytest.fixture
def restricted() -> Restricted:
    return Restricted()


@pytest.fixture
def core(restricted: Restricted) -> Core:
    return Core(restricted)


def render(core: Core, *renderings: Rendered, now: float = NOW, root: Key | None = None) -> None:
    """The first of these has been rendered, with what it nests: as the hub does it when it is due."""
    watch = core.watches[(root or renderings[0].key).id]
    core.scheduler.plan(watch, now, now)
    core.scheduler.start(now + MIN_INTERVAL_SECONDS)
    assert watch.is_rendering, "it was due"
    results: Renderings = {rendering.key.id: rendering for rendering in renderings}
    watch.took(0.0)
    core.rendered(watch, results, now, WALL_CLOCK)


def sent(core: Core) -> dict[Viewer, list[RenderingId | FeedEntry | Heartbeat]]:
    """What each viewer is to be sent now."""
    return {viewer: list(entries) for entries, viewers in core.take_frames().items() for viewer in viewers}


# Joining


def test_viewer_that_joins_is_answered_when_its_roots_have_been_rendered(core: Core) -> None:
    page = viewer("a", "b")
    core.join(page, shown(a="1", b="1"), NOW)
    assert core.watches.keys() == {key("a").id, key("b").id} == page.watching
    assert core.scheduler.next_due() == NOW, "nothing is known yet: look before correcting the page"
    render(core, rendered(key("a")))
    assert sent(core) == {}, "b may differ"
    render(core, rendered(key("b")))
    assert sent(core) == {page: [Heartbeat.TRUE]}


def test_viewer_on_whose_page_nothing_is_to_be_rendered_is_answered_at_once(core: Core) -> None:
    page = viewer()
    core.join(page, {}, NOW)
    assert sent(core) == {page: [Heartbeat.TRUE]}


def test_heartbeats_say_who_may_not_show_yet_what_is_true(core: Core) -> None:
    page, late, gone = viewer("a"), viewer("a", "b"), viewer("b")
    for each in (page, late, gone):
        core.join(each, shown(a="1", b="1"), NOW)
    render(core, rendered(key("a")))
    sent(core)
    core.leave(gone)
    core.put_heartbeats()
    core.release_heartbeats()
    assert sent(core) == {page: [Heartbeat.TRUE], late: [Heartbeat.BEHIND]}
    render(core, rendered(key("b")))
    core.put_heartbeats()
    core.release_heartbeats()
    assert sent(core) == {page: [Heartbeat.TRUE], late: [Heartbeat.TRUE]}


def test_a_heartbeat_goes_with_the_next_frame_and_waits_for_none_for_long(core: Core) -> None:
    page, quiet = viewer("a"), viewer("b")
    for each in (page, quiet):
        core.join(each, shown(a="1", b="1"), NOW)
    for each in ("a", "b"):
        render(core, rendered(key(each)))
    sent(core)
    core.put_heartbeats()
    assert sent(core) == {}
    render(core, rendered(key("a"), version="2"), now=NOW + 1)
    assert sent(core) == {page: [Heartbeat.TRUE, key("a").id]}
    core.release_heartbeats()
    assert sent(core) == {quiet: [Heartbeat.TRUE]}


def test_viewer_is_answered_when_what_it_waits_for_is_not_on_its_page_any_more(core: Core) -> None:
    page = viewer("a", audiences={"tests.a": "staff"})
    other = viewer("a", audiences={"tests.a": "visitors"})
    core.join(other, shown(a="1"), NOW - 1)
    render(core, rendered(key("a", "visitors")), now=NOW)
    core.join(page, shown(a="1"), NOW)
    sent(core)
    core.assign(page, {"tests.a": "visitors"}, NOW, {})
    assert sent(core) == {page: [Heartbeat.TRUE]}


def test_root_that_the_page_does_not_show_is_not_watched(core: Core) -> None:
    page = viewer("a", "b")
    core.join(page, shown(a="1"), NOW)
    assert core.watches.keys() == {key("a").id}


@pytest.mark.parametrize(("version", "entries"), [("1", []), ("old", [key("a").id])])
def test_viewer_is_sent_what_it_shows_in_another_version(core: Core, version: str, entries: list[RenderingId]) -> None:
    page = viewer("a")
    core.join(page, shown(a=version), NOW)
    render(core, rendered(key("a")))
    assert sent(core) == {page: [*entries, Heartbeat.TRUE]}


def test_page_newer_than_what_is_known_waits_for_another_rendering(core: Core) -> None:
    first, late = viewer("a"), viewer("a")
    core.join(first, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    sent(core)
    core.join(late, shown(a="2"), NOW + 10)
    assert sent(core) == {}, "it is not set back"
    render(core, rendered(key("a"), "2"), now=NOW + 10)
    assert sent(core) == {first: [key("a").id], late: [Heartbeat.TRUE]}


def test_page_that_waits_is_compared_though_the_rendering_is_the_same(core: Core) -> None:
    first, late = viewer("a"), viewer("a")
    core.join(first, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    core.join(late, shown(a="what it never was given"), NOW + 10)
    sent(core)
    render(core, rendered(key("a"), "1"), now=NOW + 10)
    assert sent(core) == {late: [key("a").id, Heartbeat.TRUE]}


def test_viewer_that_reports_again_is_compared_again(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    sent(core)
    core.join(page, shown(a="lost"), NOW)
    assert sent(core) == {page: [key("a").id, Heartbeat.TRUE]}
    assert core.viewers == {page}


def test_viewer_with_audiences_that_reports_again_is_held(core: Core) -> None:
    page = viewer("a", audiences={"tests.a": "staff"})
    core.join(page, shown(a="1"), NOW)
    assert not page.awaits_admission, "it has just been asked about"
    sent(core)
    core.join(page, shown(a="1"), NOW)
    assert page.awaits_admission and core.unadmitted == {page}
    assert sent(core) == {}


def test_placeholder_far_from_the_window_is_watched_when_it_comes_near(core: Core) -> None:
    one = viewer("a", "b")
    core.join(one, shown(a="1", b="lazy"), NOW, frozenset([ElementId("b")]))
    assert one.watching == {key("a").id} and one.put_off == {"b"}
    core.join(one, shown(a="1", b="lazy"), NOW + 1)
    assert one.watching == {key("a").id, key("b").id} and not one.put_off


def test_what_came_to_the_page_later_is_watched_and_what_went_is_not(core: Core) -> None:
    one, now = viewer("a"), NOW
    core.join(one, shown(a="1"), now)
    render(core, rendered(key("a")))
    sent(core)
    question = core.next_question()
    more = viewer("a", "b", audiences={"tests.b": "staff"})
    one.extend(more.page, more.audiences, {}, core.next_question())
    core.join(one, shown(a="1", b="1"), now + 1)
    assert one.watching == {key("a").id, key("b", "staff").id}
    assert not core.take_answer(one, question), "it was not about all that is there now"
    one.extend(viewer("a").page, {}, {}, core.next_question())
    core.join(one, shown(a="1"), now + 2)
    assert one.watching == {key("a").id} == set(core.watches)


def test_viewer_that_leaves_is_forgotten_with_what_only_it_watched(core: Core) -> None:
    stays, leaves = viewer("a"), viewer("a", "b")
    core.join(stays, shown(a="1"), NOW)
    core.join(leaves, shown(a="1", b="1"), NOW)
    core.leave(leaves)
    assert core.watches.keys() == {key("a").id}
    assert core.viewers == {stays}
    assert leaves.watching == set()
    render(core, rendered(key("a")))
    assert sent(core) == {stays: [Heartbeat.TRUE]}
    core.leave(leaves)
    assert core.watches[key("a").id].viewers == {stays}


def test_viewer_that_leaves_is_neither_sent_nor_asked_about_anything(core: Core) -> None:
    page = viewer("a", audiences={"tests.a": "staff"})
    core.join(page, shown(a="1"), NOW)
    core.join(page, shown(a="1"), NOW)
    core.put([page], Heartbeat.TRUE)
    assert core.unadmitted == {page} and core.has_frames
    core.leave(page)
    assert not core.unadmitted and not core.has_frames
    assert core.resume([page]) == set()


def test_viewer_that_leaves_after_the_hub_has_ended_leaves_nothing(core: Core) -> None:
    page = viewer("a")
    page.watching = frozenset({key("a").id})
    core.leave(page)
    assert page.watching == set()


# Changes and renderings


def test_change_of_what_nobody_watches_is_forgotten(core: Core) -> None:
    core.invalidate([key("a").id], NOW)
    assert core.scheduler.next_due() is None


def test_change_makes_what_is_watched_due(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    assert core.scheduler.next_due() == NOW + SWEEP_SECONDS
    core.invalidate([key("a").id], NOW + 1)
    assert core.scheduler.next_due() == NOW + 1


@pytest.mark.parametrize(("audience", "due"), [(None, {"staff", "visitors"}), ("staff", {"staff"}), (("a", 1), set())])
def test_change_is_about_one_audience_or_all(core: Core, audience: Audience | None, due: set[Audience]) -> None:
    for name in ("staff", "visitors"):
        page = viewer("a", audiences={"tests.a": name})
        core.join(page, shown(a="1"), NOW)
        render(core, rendered(key("a", name)))
    core.invalidate([RenderingId(ElementId("a"), audience)], NOW + 1)
    assert {watch.key.audience for [watch] in core.scheduler.start(NOW + 1)} == due


def test_new_version_goes_to_all_who_watch_in_one_frame(core: Core) -> None:
    pages = [viewer("a") for _ in range(3)]
    for page in pages:
        core.join(page, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    sent(core)
    render(core, rendered(key("a"), "2"), now=NOW + 1)
    assert core.has_frames
    frames = core.take_frames()
    assert frames.keys() == {(key("a").id,)}
    assert set(frames[(key("a").id,)]) == set(pages)
    assert not core.has_frames


def test_same_version_goes_to_nobody(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    for later in range(2):
        render(core, rendered(key("a"), "1"), now=NOW + later)
        sent(core)
    assert len(page.mailbox) == 0 and not core.has_frames


def test_rendering_that_failed_is_tried_again_and_sends_nothing(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    [[watch]] = core.scheduler.start(NOW)
    core.rendered(watch, None, NOW, WALL_CLOCK)
    assert not watch.is_rendering and watch.rendered is None
    assert sent(core) == {}
    assert watch.due == NOW + SWEEP_SECONDS


def test_rendering_of_what_was_forgotten_meanwhile_is_thrown_away(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    [[watch]] = core.scheduler.start(NOW)
    core.leave(page)
    core.rendered(watch, {key("a").id: rendered(key("a"))}, NOW, WALL_CLOCK)
    assert watch.rendered is None and watch.due is None
    assert core.scheduler.rendering == 0
    assert sent(core) == {}


def test_change_during_a_rendering_makes_it_due_again(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    [[watch]] = core.scheduler.start(NOW)
    core.invalidate([key("a").id], NOW)
    core.rendered(watch, {key("a").id: rendered(key("a"))}, NOW + 1, WALL_CLOCK)
    assert watch.due == NOW + 1


def test_what_looks_different_and_then_the_same_again_is_not_sent(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    sent(core)
    page.mailbox.block(NOW)
    render(core, rendered(key("a"), "2"), now=NOW + 1)
    render(core, rendered(key("a"), "1"), now=NOW + 2)
    page.mailbox.unblock()
    core.resume([page])
    assert sent(core) == {}


# Nesting


def nest(core: Core, *children: str, now: float = NOW, version: str = "1") -> None:
    """The wall has been rendered, with what it nests."""
    keys = [key(name) for name in children]
    render(core, rendered(key("wall"), version, *keys), *map(rendered, keys), now=now)


def test_what_a_root_nests_is_watched_by_whoever_watches_the_root(core: Core) -> None:
    page = viewer("wall")
    core.join(page, shown(wall="1", a="1"), NOW)
    nest(core, "a", "b")
    assert page.watching == {key(name).id for name in ("wall", "a", "b")}
    assert sent(core) == {page: [Heartbeat.TRUE]}, "it shows a as it is, and b comes inside the wall"


def test_child_that_the_page_has_no_element_for_waits_for_its_parent(core: Core) -> None:
    """A report was on its way while the wall with a new child was sent: alone, the child has nowhere to go."""
    page = viewer("wall")
    core.join(page, shown(wall="1"), NOW)
    nest(core, "a", version="2")
    assert sent(core) == {page: [key("wall").id, Heartbeat.TRUE]}
    core.join(page, shown(wall="1"), NOW + 1)
    render(core, rendered(key("a")), now=NOW + 1)
    assert sent(core) == {}
    nest(core, "a", now=NOW + 1, version="2")
    assert sent(core) == {page: [key("wall").id, Heartbeat.TRUE]}


def test_child_that_is_removed_is_watched_no_more(core: Core) -> None:
    page = viewer("wall")
    core.join(page, shown(wall="1", a="1", b="1"), NOW)
    nest(core, "a", "b")
    page.mailbox.put(key("b").id)
    nest(core, "a", now=NOW + 1, version="2")
    assert core.watches.keys() == {key("wall").id, key("a").id} == page.watching
    assert sent(core) == {page: [Heartbeat.TRUE, key("wall").id]}


def test_child_whose_looks_depend_on_the_clock_is_due_when_they_change(core: Core) -> None:
    page = viewer("wall")
    core.join(page, shown(wall="1", a="1"), NOW)
    child = replace(rendered(key("a")), next_change=WALL_CLOCK + 1)
    render(core, rendered(key("wall"), "1", key("a")), child)
    assert core.scheduler.next_due() == NOW + 1


def test_child_that_is_known_keeps_its_rendering(core: Core) -> None:
    alone, page = viewer("a"), viewer("wall")
    core.join(alone, shown(a="2"), NOW)
    render(core, rendered(key("a"), "2"))
    core.join(page, shown(wall="1", a="2"), NOW)
    nest(core, "a")
    rendering = core.watches.rendering_of(key("a").id)
    assert rendering is not None and rendering.version == "2"
    assert core.watches[key("a").id].viewers == {alone, page}


def test_what_is_nested_in_a_child_is_watched_by_whoever_waited_for_that_child(core: Core) -> None:
    alone, around = viewer("a"), viewer("wall")
    core.join(alone, shown(a="old"), NOW)
    core.join(around, shown(wall="old"), NOW)
    inner, child, wall = (
        rendered(key("inner")),
        rendered(key("a"), "1", key("inner")),
        rendered(key("wall"), "1", key("a")),
    )
    render(core, wall, child, inner)
    assert alone.watching == {key("a").id, key("inner").id}
    assert around.watching == {key("wall").id, key("a").id, key("inner").id}


# Access


def test_restricted_child_holds_the_page_until_it_is_admitted(core: Core, restricted: Restricted) -> None:
    restricted.add("secret")
    page = viewer("wall")
    core.join(page, shown(wall="1"), NOW)
    sent(core)
    nest(core, "secret", version="2")
    assert page.awaits_admission and core.unadmitted == {page}
    assert sent(core) == {}
    core.unadmitted = set()
    assert core.admit([page], core.next_question()) == [page]
    assert core.resume([page]) == {page}
    assert sent(core) == {page: [key("wall").id, Heartbeat.TRUE]}


def test_page_that_is_held_again_meanwhile_waits_on(core: Core) -> None:
    page = viewer("a", audiences={"tests.a": "staff"})
    core.join(page, shown(a="1"), NOW)
    core.join(page, shown(a="1"), NOW)
    question = core.next_question()
    core.join(page, shown(a="1"), NOW)
    assert core.admit([page], question) == [] and page.awaits_admission
    assert core.admit([page], core.next_question()) == [page] and not page.awaits_admission
    assert core.admit([page], core.next_question()) == [], "it has not waited"


def test_answer_to_an_earlier_question_does_not_count_after_that_to_a_later_one(core: Core) -> None:
    """A round that began before somebody dismissed a banner ends after their own page has been asked about."""
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    round_, own = core.next_question(), core.next_question()
    assert core.take_answer(page, own)
    assert not core.take_answer(page, round_)
    assert core.take_answer(page, own), "one question may be answered in parts"
    assert core.take_answer(page, core.next_question())
    core.leave(page)
    assert not core.take_answer(page, core.next_question())


def test_restricted_root_came_with_the_page_and_is_not_asked_again(core: Core, restricted: Restricted) -> None:
    restricted.add("a")
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    assert core.unadmitted == set()


def test_another_audience_is_watched_in_place_of_the_one_before(core: Core) -> None:
    page, beside = (viewer("a", audiences={"tests.a": name}) for name in ("visitors", "staff"))
    for each, version in ((page, "for visitors"), (beside, "for staff")):
        core.join(each, shown(a=version), NOW)
    render(core, rendered(key("a", "visitors"), "for visitors"))
    render(core, rendered(key("a", "staff"), "for staff"), now=NOW + 1)
    sent(core)
    core.assign(page, {"tests.a": "staff"}, NOW + 2, {})
    assert page.watching == {key("a", "staff").id}
    assert sent(core) == {page: [key("a", "staff").id]}


@pytest.mark.parametrize("change", ["the same", "it has left"])
def test_assign_changes_nothing_for_the_same_audiences_or_who_has_left(core: Core, change: str) -> None:
    page = viewer("a", audiences={"tests.a": "staff"})
    core.join(page, shown(a="1"), NOW)
    sent(core)
    audiences: dict[str, Audience] = {"tests.a": "staff"}
    if change == "it has left":
        core.leave(page)
        audiences = {"tests.a": "visitors"}
    core.assign(page, audiences, NOW, {})
    assert page.audiences == {"tests.a": "staff"}
    assert sent(core) == {}


# What does not come


def overdue(core: Core, *names: str, now: float) -> None:
    """These are being rendered since ``NOW``, and marked if that takes too long."""
    for name in names:
        watch = core.watches[key(name).id]
        if not watch.is_rendering:
            core.scheduler.plan(watch, NOW, NOW)
    core.scheduler.start(NOW)
    for watch, rendering in core.overdue(now):
        core.mark(watch, rendering.marked("as of 12:00"), now)


LATE = NOW + DEADLINE_SECONDS + 0.1


def test_what_does_not_come_in_time_is_marked_where_it_is_shown_and_comes_back_unmarked(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW - 9)
    render(core, rendered(key("a"), "1"), now=NOW - 9)
    sent(core)
    overdue(core, "a", now=NOW + DEADLINE_SECONDS)
    assert sent(core) == {}, "it may still come in time"
    overdue(core, "a", now=LATE)
    assert sent(core) == {page: [key("a").id]}
    marked = core.watches.rendering_of(key("a").id)
    assert marked is not None and (marked.version, marked.out_of_date) == ("1!", "as of 12:00")
    page.shown[key("a").element] = marked.version
    assert core.overdue(LATE + 60) == [], "once"
    watch = core.watches[key("a").id]
    core.rendered(watch, {watch.id: rendered(key("a"), "1")}, LATE + 60, WALL_CLOCK)
    assert sent(core) == {page: [key("a").id]}
    assert core.overdue(LATE + 120) == []


def test_what_was_announced_and_not_begun_is_marked_too(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    render(core, rendered(key("a"), "1"))
    core.invalidate([key("a").id], NOW)
    assert [watch.id for watch, _ in core.overdue(LATE)] == [key("a").id]
    assert core.overdue(NOW + 1) == []


def test_who_comes_back_with_what_is_out_of_date_is_told_and_who_has_newer_waits(core: Core) -> None:
    page, same, newer = viewer("a"), viewer("a"), viewer("a")
    core.join(page, shown(a="1"), NOW - 9)
    render(core, rendered(key("a"), "1"), now=NOW - 9)
    core.join(newer, shown(a="2"), NOW - 1)
    sent(core)
    overdue(core, "a", now=LATE)
    core.join(same, shown(a="1"), LATE)
    assert sent(core) == {page: [key("a").id], same: [key("a").id, Heartbeat.TRUE]}
    watch = core.watches[key("a").id]
    assert watch.waiting == {newer}
    core.rendered(watch, {watch.id: rendered(key("a"), "2")}, LATE + 1, WALL_CLOCK)
    assert sent(core) == {page: [key("a").id], newer: [Heartbeat.TRUE]}
    assert watch.waiting == {same}, "it came after that had begun"


@pytest.mark.parametrize("why", ["it was never rendered", "it is words already"])
def test_what_is_not_good_is_not_marked(core: Core, why: str) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW - 9)
    if why == "it is words already":
        render(core, replace(rendered(key("a"), "1"), failed=True), now=NOW - 9)
    overdue(core, "a", now=LATE)
    assert core.overdue(LATE) == []


def test_a_tree_that_fails_is_still_wanted(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW - 9)
    render(core, rendered(key("a"), "1"), now=NOW - 9)
    watch = core.watches[key("a").id]
    core.scheduler.plan(watch, NOW, NOW)
    core.scheduler.start(NOW)
    core.rendered(watch, None, NOW + 1, WALL_CLOCK)
    assert [watch for watch, _ in core.overdue(LATE)] == [watch]


def test_whatever_goes_wrong_a_fragment_is_swept(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    page = viewer("a")
    core.join(page, shown(a="old"), NOW)
    [[watch]] = core.scheduler.start(NOW)
    monkeypatch.setattr(core, "_compare", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        core.rendered(watch, {watch.id: rendered(key("a"))}, NOW + 1, WALL_CLOCK)
    assert watch.due == NOW + 1 + SWEEP_SECONDS


# What is far from the window


FAR = frozenset([ElementId("b")])


def far_page(core: Core) -> Viewer:
    """A page that shows a and b as they are, and b far from its window."""
    page = viewer("a", "b")
    core.join(page, shown(a="1", b="1"), NOW, FAR)
    render(core, rendered(key("a")))
    render(core, rendered(key("b")))
    sent(core)
    return page


def test_what_is_far_is_sent_when_it_comes_near(core: Core) -> None:
    page = far_page(core)
    render(core, rendered(key("a"), "2"), now=NOW + 1)
    render(core, rendered(key("b"), "2"), now=NOW + 1)
    assert sent(core) == {page: [key("a").id]}
    core.join(page, shown(a="2", b="1"), NOW + 2)
    render(core, rendered(key("b"), "2"), now=NOW + 3)
    assert key("b").id in sent(core)[page]


def test_what_is_far_is_brought_up_to_date_by_a_report_now_and_then(core: Core) -> None:
    page = far_page(core)
    render(core, rendered(key("b"), "2"), now=NOW + FAR_SECONDS)
    core.join(page, shown(a="1", b="1"), NOW + FAR_SECONDS, FAR)
    assert key("b").id not in sent(core).get(page, [])
    core.join(page, shown(a="1", b="1"), NOW + FAR_SECONDS + 1, FAR)
    render(core, rendered(key("b"), "2"), now=NOW + FAR_SECONDS + 2)
    assert key("b").id in sent(core)[page]
    render(core, rendered(key("b"), "3"), now=NOW + FAR_SECONDS + 3)
    assert sent(core) == {}


def test_a_page_that_connects_is_brought_up_to_date_wholly(core: Core) -> None:
    page = viewer("a", "b")
    core.join(page, shown(a="1", b="0"), NOW, FAR)
    render(core, rendered(key("b")))
    assert key("b").id in sent(core)[page]


def test_what_nests_something_far_brings_it_along(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="1", b="1"), NOW, FAR)
    render(core, rendered(key("a"), "1", key("b")), rendered(key("b")))
    sent(core)
    render(core, rendered(key("b"), "2"), now=NOW + 1)
    assert sent(core) == {}
    render(core, rendered(key("a"), "2", key("b")), now=NOW + 2)
    assert sent(core) == {page: [key("a").id]}
    assert core.watches.rendering_of(key("b").id) == rendered(key("b"), "2")


# Frames


@pytest.mark.parametrize("why", ["closing", "blocked", "awaits admission"])
def test_who_takes_no_frames_is_sent_nothing_and_keeps_what_waits(core: Core, why: str) -> None:
    page = viewer("a")
    core.join(page, shown(a="1"), NOW)
    match why:
        case "closing":
            page.is_closing = True
        case "blocked":
            page.mailbox.block(NOW)
        case _:
            page.awaits_admission = True
    render(core, rendered(key("a")))
    assert sent(core) == {}
    assert len(page.mailbox) == 1


def test_resume_is_only_of_those_who_are_here(core: Core) -> None:
    page, gone = viewer("a"), viewer("a")
    core.join(page, shown(a="1"), NOW)
    assert core.resume([page, gone]) == {page}


def test_frame_that_cannot_be_made_yet_is_put_back(core: Core) -> None:
    page = viewer("a")
    core.join(page, shown(a="old"), NOW)
    entries = (key("a").id, Heartbeat.TRUE)
    sent(core)
    core.put_back([page], entries)
    assert not core.has_frames, "what is being rendered makes it ready"
    core.resume([page])
    assert sent(core) == {page: list(entries)}


def test_put_is_one_frame_for_all_that_wait_for_the_same(core: Core) -> None:
    pages = [viewer() for _ in range(2)]
    entry = FeedEntry(ElementId("feed"), 5, Delivery.ITEM)
    core.put(pages, entry, Heartbeat.TRUE)
    frames = core.take_frames()
    assert list(frames) == [(entry, Heartbeat.TRUE)]
    assert set(frames[entry, Heartbeat.TRUE]) == set(pages)
