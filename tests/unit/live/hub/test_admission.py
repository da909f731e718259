"""Nothing new on an open page before it is known that the page's user may see it."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import DatabaseError

from live.hub.admission import Admission
from live.hub.hub import Hub
from live.hub.watches import Watches
from live.page.access import Access
from live.page.page import Page
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
async def test_who_may_not_see_what_is_new_is_closed_without_having_got_it(
    hub: Hub, crew: Crew, secret: Secret
) -> None:
    user, session = await in_thread(sign_in)
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    refused = [await Screen(team).join(hub) for _ in range(2)]
    allowed = await Screen(team, user=str(user.pk), session=session).join(hub)
    secret.answer = False
    await in_thread(lambda: secret.hire(pk(team)))
    await allowed.gets("Secret")
    await until_async(lambda: [screen.codes for screen in refused] == [[4401], [4401]], "the others are closed")
    await settled(hub)
    assert not any("Secret" in text for screen in refused for text in screen.texts)
    assert allowed.codes == []


@pytest.mark.database
@pytest.mark.parametrize("error", [DatabaseError("it is away"), ZeroDivisionError()])
async def test_who_cannot_be_asked_about_is_sent_away_to_come_back(
    hub: Hub, crew: Crew, secret: Secret, error: Exception
) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    secret.answer = error
    await in_thread(lambda: secret.hire(pk(team)))
    await until_async(lambda: screen.codes == [4000], "the page is sent away")
    await settled(hub)
    assert not any("Secret" in text for text in screen.texts)


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

    def fail(sessions: Any) -> Any:
        raise ConnectionError("no cache of sessions")

    before = count("live_failures_total", where="admission")
    failing = monkeypatch.context()
    failing.__enter__().setattr("live.hub.admission.users_of", fail)
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
