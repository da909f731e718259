"""Nothing new on an open page before it is known that the page's user may see it."""

import asyncio
import threading
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, connections
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from live import fragment
from live.banners import fragments as banners
from live.banners.models import EVERYWHERE, Banner, Dismissal
from live.database_threads import DatabaseThreads
from live.hub import process
from live.hub.admission import Admission
from live.hub.hub import Hub
from live.hub.watches import Watches
from live.page import access, visibility
from live.page.access import Access
from live.page.page import Page
from live.page.visits import Visit
from tests.unit.live.crew import Crew, pk, rename, sign_in
from tests.unit.live.screens import Screen, count, in_thread, settled
from tests.waiting import until_async

# By itself


class Threads:
    """Threads that answer when they are told to; how many questions they were asked."""

    def __init__(self) -> None:
        self.questions: list[tuple[Any, ...]] = []
        self.answer = asyncio.Event()
        self.failure: Exception | None = None

    def run(self, question: Any, *args: Any) -> "asyncio.Future[Any]":
        return asyncio.ensure_future(self._run(args))

    async def _run(self, args: tuple[Any, ...]) -> Access:
        self.questions.append(args)
        await self.answer.wait()
        if self.failure is not None:
            raise self.failure
        return Access()


@pytest.fixture
async def threads() -> Threads:
    return Threads()


@pytest.fixture
async def admission(threads: Threads) -> Admission:
    admission = Admission(Watches(), lambda: 1, lambda answers, number: None)
    admission._threads = threads  # type: ignore[assignment]
    return admission


async def test_pages_that_connect_with_the_same_question_share_its_answer(
    admission: Admission, threads: Threads
) -> None:
    same = [asyncio.create_task(admission.ask(None, Page(), [])) for _ in range(100)]
    others = [("ann's session", Page()), (None, Page(user="5"))]
    waiting = [asyncio.create_task(admission.ask(session, page, [])) for session, page in others]
    await until_async(lambda: len(threads.questions) == 3, "one question for each kind")
    same[0].cancel()  # who hangs up does not take the answer from the others
    threads.answer.set()
    answers = await asyncio.gather(*same[1:], *waiting)
    assert answers == [Access()] * 101 and len(threads.questions) == 3
    await admission.ask(None, Page(), [])
    assert len(threads.questions) == 4, "who comes later is asked anew"


async def test_database_that_is_away_is_everybodys_failure_and_the_next_is_asked(
    admission: Admission, threads: Threads
) -> None:
    threads.failure = DatabaseError("it is away")
    threads.answer.set()
    answers = await asyncio.gather(*(admission.ask(None, Page(), []) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseError] * 3 and len(threads.questions) == 1
    threads.failure = None
    assert await admission.ask(None, Page(), []) == Access()


# In a hub


class Secret:
    """Who was hired last: a question that can be answered late, with an exception, or with no."""

    def __init__(self, crew: Crew) -> None:
        self.pk: int | None = None
        self.answer: bool | Exception = True
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self.crew = crew
        crew.person.visible_to(self.visible_to)

    def visible_to(self, user: Any, pk: int) -> bool:
        if pk != self.pk:
            return True
        self.entered.set()
        assert self.go_on.wait(5)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or user.is_authenticated

    def hire(self, team: int) -> None:
        secret = self.crew.hire(team, "Secret")
        self.pk = pk(secret)
        self.crew.team.changed(pk=team)


@pytest.fixture
def secret(crew: Crew) -> Secret:
    return Secret(crew)


@pytest.mark.database
async def test_frames_wait_for_the_answer_and_go_out_after_it(hub: Hub, crew: Crew, secret: Secret) -> None:
    team, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    held, beside = await Screen(team).join(hub), await Screen(ann).join(hub)
    held.forget()
    secret.go_on.clear()
    await in_thread(lambda: secret.hire(pk(team)))
    await until_async(secret.entered.is_set, "a question")
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    await beside.gets("Anna")
    assert held.messages == []
    secret.go_on.set()
    html = await held.gets("Secret")
    await settled(hub)
    assert "Anna" in html
    assert held.frames == [[team.element, ann.element, f"tests-person-{secret.pk}"]]
    assert held.codes == []


@pytest.mark.database
async def test_who_may_not_see_what_is_new_gets_words_in_its_stead(hub: Hub, crew: Crew, secret: Secret) -> None:
    user, session = await in_thread(sign_in)
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    refused = [await Screen(team).join(hub) for _ in range(2)]
    allowed = await Screen(team, user=str(user.pk), session=session).join(hub)
    secret.answer = False
    await in_thread(lambda: secret.hire(pk(team)))
    await allowed.gets("Secret")
    for screen in refused:
        await screen.gets("You have no access to this")
    await settled(hub)
    assert not any("Secret" in text for screen in refused for text in screen.texts)
    assert not any("no access" in text for text in allowed.texts)
    assert [screen.codes for screen in (allowed, *refused)] == [[], [], []]


@pytest.mark.database
@pytest.mark.parametrize("error", [DatabaseError("it is away"), ZeroDivisionError()])
async def test_who_cannot_be_asked_about_does_not_get_it_until_they_can(
    hub: Hub, crew: Crew, secret: Secret, error: Exception
) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    secret.answer = error
    await in_thread(lambda: secret.hire(pk(team)))
    await screen.gets("could not be shown")
    await settled(hub)
    assert not any("Secret" in text for text in screen.texts)
    secret.answer = True
    await hub.recheck_access()
    await screen.gets("Secret")
    assert screen.codes == []


@pytest.mark.database
async def test_what_came_with_the_page_and_what_is_for_everybody_is_not_asked_for(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[Any] = []
    ask_held = hub.admission.ask_held
    monkeypatch.setattr(hub.admission, "ask_held", lambda *args: questions.append(args) or ask_held(*args))
    crew.team.visible_to(lambda user, pk: True)
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    await in_thread(lambda: (crew.hire(pk(team), "Bob"), crew.team.changed(pk=pk(team))))
    await screen.gets("Bob")
    assert questions == []


@pytest.mark.database
async def test_viewer_that_leaves_while_it_is_held_is_forgotten(hub: Hub, crew: Crew, secret: Secret) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    secret.go_on.clear()
    await in_thread(lambda: secret.hire(pk(team)))
    await until_async(secret.entered.is_set, "a question")
    hub.leave(screen.viewer)
    secret.go_on.set()
    await until_async(lambda: not screen.viewer.awaits_admission, "an answer")
    await settled(hub)
    assert screen.frames == []
    assert hub.core.watches == {}


@pytest.mark.database
async def test_viewer_that_is_held_again_during_a_question_waits_for_the_next_answer(
    hub: Hub, crew: Crew, secret: Secret
) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    screen.forget()
    secret.go_on.clear()
    await in_thread(lambda: secret.hire(pk(team)))
    await until_async(secret.entered.is_set, "a question")
    hub.core._hold(screen.viewer)  # there is something new on it again, which was not asked about
    rounds = count("live_renders_total", fragment="tests.team")
    secret.go_on.set()
    await screen.gets("Secret")
    await settled(hub)
    assert not screen.viewer.awaits_admission
    assert count("live_renders_total", fragment="tests.team") == rounds


@pytest.mark.database
async def test_question_that_fails_closes_who_waits_and_the_next_is_asked(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    unlucky, next_ = await Screen(ann).join(hub), await Screen(ann).join(hub)

    def fail(sessions: Any, seconds: float) -> Any:
        raise ConnectionError("no cache of sessions")

    before = count("live_failures_total", where="admission")
    failing = monkeypatch.context()
    failing.__enter__().setattr("live.page.access.users_of", fail)
    hub.core._hold(unlucky.viewer)
    hub.post([unlucky.viewer])
    await until_async(lambda: unlucky.codes == [4000], "the one who waits is closed")
    assert count("live_failures_total", where="admission") == before + 1
    assert "what is new on open pages could not be asked" in caplog.text
    assert "ConnectionError: no cache of sessions" in caplog.text
    failing.__exit__(None, None, None)
    hub.core._hold(next_.viewer)
    hub.post([next_.viewer])
    await until_async(lambda: not next_.viewer.awaits_admission, "the next goes on")
    assert not next_.viewer.is_closing


# Rounds


@pytest.mark.database
async def test_queries_of_a_round_do_not_grow_with_the_sessions(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a permission that is asked for, and banners for groups that somebody may have dismissed."""
    # However slow this machine is.
    for name in ("live.hub.admission.TURN_SECONDS", "live.page.visibility.SLOW_SECONDS"):
        monkeypatch.setattr(name, 600.0)
    crew.person.visible_to(lambda user, pk: user.has_perm("auth.view_user"))
    root = banners.banners.key(region=EVERYWHERE)

    def make() -> tuple[list[tuple[str, str]], Any]:
        _, [ann] = crew.make("crew", "Ann")
        group = Group.objects.get()
        group.permissions.add(Permission.objects.get(codename="view_user"))
        for to in ("everyone", f"group:{group.pk}", "permission:auth.view_user"):
            Banner.objects.create(level="info", text="A banner", recipients=to)
        users = User.objects.bulk_create(User(username=f"user{n}", password=f"hash {n}") for n in range(500))
        User.groups.through.objects.bulk_create(User.groups.through(user=user, group=group) for user in users)
        rows, store = [], SessionStore()
        for user in users:
            data = {SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash()}
            text = store.encode({**data, BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]})
            key = store._get_new_session_key()
            rows.append(Session(session_key=key, session_data=text, expire_date=store.get_expiry_date()))
        Session.objects.bulk_create(rows)
        Dismissal.objects.create(person=f"user:{users[0].pk}", banner=Banner.objects.first())
        return [(str(user.pk), row.session_key) for user, row in zip(users, rows, strict=True)], ann

    sessions, ann = await in_thread(make)
    asked: list[int] = []
    answered: list[Any] = []

    class Counted(DatabaseThreads):
        def run(self, question: Any, *args: Any) -> Any:
            def run() -> Any:
                with CaptureQueriesContext(connection) as queries:
                    answer = question(*args)
                asked.append(len(queries))
                return answer

            return super().run(run)

    admission = Admission(hub.core.watches, lambda: 1, lambda answers, number: answered.extend(answers))
    admission._identity_threads = admission._recheck_threads = Counted("live-counted", 1)
    totals = {}
    for count_ in (10, 500):
        viewers = [Screen(ann, root, user=user, session=session).viewer for user, session in sessions[:count_]]
        for viewer in viewers:
            viewer.watching = frozenset({ann.id, root.id})
            hub.core.watches.of(ann), hub.core.watches.of(root)
        asked.clear(), answered.clear()
        await admission.run_round(viewers)
        assert [answer.refusal for _, answer in answered] == [None] * count_
        totals[count_] = sum(asked)
    await admission._recheck_threads.run(connections.close_all)
    for threads in (*admission.threads, admission._recheck_threads):
        threads.shutdown()
    assert totals[10] == totals[500] <= 10


@pytest.mark.database
async def test_a_slow_question_is_in_the_way_of_no_log_out_and_of_no_other_question(
    hub: Hub, crew: Crew, secret: Secret, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("live.hub.admission.MAX_ROUND_SECONDS", 0.3)
    monkeypatch.setattr("live.hub.admission.BATCH", 1)
    _, people = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    (user, session), (other, others) = await in_thread(lambda: (sign_in("one"), sign_in("two")))
    slow = await Screen(people[0], user=str(user.pk), session=session).join(hub)
    lost = await Screen(people[1], user=str(other.pk), session=others).join(hub)
    secret.pk = pk(people[0])
    secret.go_on.clear()
    before = count("live_access_round_seconds_count")
    await hub.recheck_access()
    await until_async(secret.entered.is_set, "a question")
    assert slow.codes == []
    assert count("live_access_round_seconds_count") == before + 1
    assert "pages: a visible_to or per= is slow" in caplog.text
    await in_thread(lambda: Session.objects.filter(session_key=session).delete())
    await hub.recheck_access()
    await until_async(lambda: slow.codes == [4401], "the log-out of the page that is being asked about")
    crew.person.visible_to(lambda user, pk: pk == secret.pk)
    await hub.recheck_access()
    await until_async(lambda: lost.codes == [4403], "the lost permission of another")
    secret.go_on.set()
    await settled(hub)


asked_who: list[str] = []


def slow_user_of(request: HttpRequest) -> Any:
    asked_who.append(request.user.get_username())
    return request.user


@pytest.mark.database
async def test_viewers_of_the_same_page_who_are_the_same_to_us_are_asked_about_once(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand visitors of one board were a thousand questions, every 2 seconds."""
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    mays = [True]
    crew.person.visible_to(lambda user, pk: mays[0])
    screens = [await Screen(ann).join(hub) for _ in range(5)]
    for screen in screens[1:4]:  # as one token says it
        screen.viewer.page = screens[0].page
    asked: list[int] = []
    answer_all = access.answer_all

    def counted(users: Any, questions: Any, seconds: float) -> list[Access]:
        asked.append(len(questions))
        return answer_all(users, questions, seconds)

    monkeypatch.setattr(access, "answer_all", counted)
    await hub.recheck_access()
    assert asked == [2], "that of the page of four, and that of the other"
    mays[0] = False
    await hub.recheck_access()
    await until_async(lambda: all(screen.codes == [4401] for screen in screens), "each of them is closed")


@pytest.mark.database
async def test_a_slow_live_user_has_so_much_time_and_who_was_left_out_comes_first_in_the_next_round(
    hub: Hub, crew: Crew, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """All had waited for all: no log-out was noticed before the last answer had come."""
    for name in ("TURN_SECONDS", "MAX_ROUND_SECONDS"):
        monkeypatch.setattr(f"live.hub.admission.{name}", 0)
    settings.LIVE_USER = f"{__name__}.slow_user_of"
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    users = await in_thread(lambda: [sign_in(name) for name in ("one", "two", "three")])
    screens = [await Screen(ann, user=str(user.pk), session=Visit(session, ())).join(hub) for user, session in users]
    asked_who.clear()
    await hub.recheck_access()
    assert len(asked_who) == 1
    assert "LIVE_USER is slow: who they are was asked for 1 of 3 open pages" in caplog.text
    for _ in range(2):
        await hub.recheck_access()
    assert sorted(asked_who) == ["one", "three", "two"]
    await in_thread(lambda: Session.objects.filter(session_key=users[1][1]).delete())
    for _ in range(3):
        await hub.recheck_access()
    await until_async(lambda: screens[1].codes == [4401], "the log-out of one of them")
    assert [screens[0].codes, screens[2].codes] == [[], []]


@pytest.mark.database
async def test_what_is_known_to_be_slow_never_has_all_threads(hub: Hub, crew: Crew, secret: Secret) -> None:
    _, people = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    page = [await Screen(each).join(hub) for each in people]
    visibility.slow_fragments.add("tests.person")
    secret.pk = pk(people[0])
    secret.go_on.clear()
    for screen in page:
        hub.core._hold(screen.viewer)
    connecting = asyncio.ensure_future(hub.admit(None, page[1].page))
    hub.post([])
    await until_async(secret.entered.is_set, "a question")
    # Whoever is not asked anything slow goes on at once.
    assert (await hub.admit(None, Page())).refusal is None
    secret.go_on.set()
    await until_async(lambda: not any(screen.viewer.awaits_admission for screen in page), "both")
    assert (await connecting).refusal is None
    assert visibility.slow_fragments == set(), "it is not slow any more"


@pytest.mark.database
async def test_a_slow_question_that_fails_closes_who_waits_for_it_alone(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, people = await in_thread(lambda: crew.make("crew", "Ann", "Bob"))
    slow, quick = await Screen(people[0]).join(hub), await Screen(people[1]).join(hub)
    ask = hub.admission._ask

    async def fail(threads: Any, users: Any, questions: Any, number: int) -> None:
        if [slow.viewer] in questions.values():
            raise ConnectionError("no cache of sessions")
        await ask(threads, users, questions, number)

    monkeypatch.setattr(hub.admission, "_ask", fail)
    monkeypatch.setattr(access, "is_slow", lambda question: dict(people[0].params) in _params(question))
    before = count("live_failures_total", where="admission")
    for screen in (slow, quick):
        hub.core._hold(screen.viewer)
    hub.post([])
    await until_async(lambda: slow.codes == [4000], "the one that waits for the slow answer is sent away")
    await until_async(lambda: not quick.viewer.awaits_admission, "the other goes on")
    assert quick.codes == []
    assert count("live_failures_total", where="admission") == before + 1


def _params(question: Any) -> list[dict[str, Any]]:
    return [dict(key.params) for key in question.page.roots.values()]


@pytest.mark.database
async def test_a_hub_that_stops_asks_and_sends_nothing_any_more(
    hub: Hub, crew: Crew, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    screen.forget()
    secret.go_on.clear()
    for module in (access, visibility):
        monkeypatch.setattr(module, "slow_fragments", {"tests.person"})
    await in_thread(lambda: secret.hire(pk(team)))
    await until_async(secret.entered.is_set, "a question")
    under_way = [*hub.admission._tasks, hub._admission_task]
    process.stop()
    secret.go_on.set()
    await until_async(lambda: all(task is None or task.done() for task in under_way), "tasks that have ended")
    assert screen.frames == [] and screen.codes == []


@pytest.mark.database
async def test_an_earlier_round_does_not_bring_back_what_was_dismissed_meanwhile(
    hub: Hub, crew: Crew, templates: dict[str, str]
) -> None:
    templates["for.html"] = "<p>for {{ audience }}</p>"
    audience, entered, go_on = ["before"], threading.Event(), threading.Event()

    def per(user: Any) -> str:
        now = audience[0]
        if now == "before":
            entered.set()
            assert go_on.wait(30)
        return now

    @fragment("for.html", per=per)
    def shown(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    go_on.set()
    screen = Screen(shown.key())
    screen.viewer.audiences = {"tests.shown": "before"}
    hub.join(screen.viewer, {shown.key().element: "old"})
    await screen.gets("for before")
    entered.clear(), go_on.clear()
    round_ = asyncio.ensure_future(hub.recheck_access())
    await until_async(entered.is_set, "a round that has asked")
    audience[0] = "after"
    hub.core._hold(screen.viewer)
    hub.post([])
    await screen.gets("for after")
    screen.forget()
    go_on.set()
    await round_
    await settled(hub)
    assert screen.viewer.audiences == {"tests.shown": "after"}
    assert screen.frames == []


@pytest.mark.database
async def test_another_audience_that_is_rendered_already_is_shown_at_once(hub: Hub, templates: dict[str, str]) -> None:
    """Nothing else is due that could take it along: no render, no heartbeat."""
    templates["for.html"] = "<p>for {{ audience }}</p>"
    audience = ["before"]

    @fragment("for.html", per=lambda user: audience[0])
    def shown(audience: str) -> dict[str, Any]:
        return {"audience": audience}

    screens = [Screen(shown.key()) for _ in range(2)]
    for screen, its in zip(screens, ("before", "after"), strict=True):
        screen.viewer.audiences = {"tests.shown": its}
        hub.join(screen.viewer, {shown.key().element: "old"})
        await screen.gets(f"for {its}")
    await settled(hub)
    before = count("live_renders_total", fragment="tests.shown")
    audience[0] = "after"
    await hub.recheck_access()
    await screens[0].gets("for after")
    assert count("live_renders_total", fragment="tests.shown") == before


@pytest.mark.database
async def test_a_page_that_cannot_be_shown_as_another_audience_keeps_no_other_back(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screens = [await Screen(ann).join(hub) for _ in range(2)]
    crew.person.visible_to(lambda user, pk: True)
    assign = hub.core.assign

    def fail(viewer: Any, *args: Any) -> Any:
        if viewer is screens[0].viewer:
            raise ZeroDivisionError
        return assign(viewer, *args)

    monkeypatch.setattr(hub.core, "assign", fail)
    for screen in screens:
        hub.core._hold(screen.viewer)
    hub.post([])
    await until_async(lambda: screens[0].codes == [4000], "the page at fault is sent away")
    await until_async(lambda: not screens[1].viewer.awaits_admission, "the other goes on")
    assert screens[1].codes == []


@pytest.mark.database
async def test_sessions_that_cannot_be_read_are_asked_about_again(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann, user="5").join(hub)
    before = count("live_failures_total", where="recheck")
    with monkeypatch.context() as away:
        away.setattr("live.page.access.users_of", lambda sessions, seconds: 1 / 0)
        await hub.recheck_access()
    assert screen.codes == []
    assert count("live_failures_total", where="recheck") == before + 1
    assert "for 1 open pages it could not be asked who they are" in caplog.text
    await hub.recheck_access()
    await until_async(lambda: screen.codes == [4401], "a refusal")
