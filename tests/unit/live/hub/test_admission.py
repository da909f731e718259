"""Nothing new on an open page before it is known that the page's user may see it."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import DatabaseError

from live.hub.admission import Gate
from live.hub.hub import Hub
from live.hub.viewer import Viewer
from live.page.access import Answer
from live.page.token import Page
from tests.unit.live.crew import Crew, pk, rename, sign_in
from tests.unit.live.screens import Screen, count, in_thread, settled
from tests.waiting import until_async

# By itself


class Door:
    """A gate without a hub: who was asked and who went on, in order."""

    def __init__(self) -> None:
        self.asked: list[set[Viewer]] = []
        self.opened: list[set[Viewer]] = []
        self.answer = asyncio.Event()
        self.failure: Exception | None = None
        self.questions = 0
        self.gate = Gate(self.recheck, lambda viewers: self.opened.append(set(viewers)), self.in_thread)

    async def in_thread(self, question: Callable[[], Answer]) -> Answer:
        self.questions += 1
        await self.answer.wait()
        if self.failure is not None:
            raise self.failure
        return Answer()

    async def recheck(self, viewers: Iterable[Viewer]) -> None:
        self.asked.append(set(viewers))
        await self.answer.wait()
        if self.failure is not None:
            raise self.failure


async def test_who_comes_at_the_same_moment_is_asked_once() -> None:
    door, viewers = Door(), [Screen().viewer for _ in range(3)]
    for viewer in (*viewers, viewers[0]):
        door.gate.ask(viewer)
    await until_async(lambda: door.asked, "a question")
    assert all(door.gate.holds(viewer) for viewer in viewers)
    assert door.opened == []
    door.answer.set()
    await until_async(lambda: door.opened, "an answer")
    assert door.asked == door.opened == [set(viewers)]
    assert not any(door.gate.holds(viewer) for viewer in viewers)


async def test_who_comes_during_a_question_is_asked_after_it_and_held_meanwhile() -> None:
    door, first, second = Door(), Screen().viewer, Screen().viewer
    door.gate.ask(first)
    await until_async(lambda: door.asked, "a question")
    door.gate.ask(first)  # there is something new to it again, which was not asked about
    door.gate.ask(second)
    door.answer.set()
    await until_async(lambda: len(door.opened) == 2, "both answers")
    assert door.asked == door.opened == [{first}, {first, second}]
    assert not door.gate.holds(first)


async def test_pages_that_connect_with_the_same_question_share_its_answer() -> None:
    door = Door()
    same = [asyncio.create_task(door.gate.admit(None, Page(), [])) for _ in range(100)]
    others = [("ann's session", Page()), (None, Page(user="5"))]
    waiting = [asyncio.create_task(door.gate.admit(session, page, [])) for session, page in others]
    await until_async(lambda: door.questions == 3, "one question for each kind")
    same[0].cancel()  # who hangs up does not take the answer from the others
    door.answer.set()
    answers = await asyncio.gather(*same[1:], *waiting)
    assert answers == [Answer()] * 101 and door.questions == 3
    await door.gate.admit(None, Page(), [])
    assert door.questions == 4, "who comes later is asked anew"


async def test_a_database_that_is_away_is_everybodys_failure_and_the_next_is_asked() -> None:
    door = Door()
    door.failure = DatabaseError("it is away")
    door.answer.set()
    answers = await asyncio.gather(*(door.gate.admit(None, Page(), []) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseError] * 3 and door.questions == 1
    door.failure = None
    assert await door.gate.admit(None, Page(), []) == Answer()


async def test_nobody_is_held_who_has_not_come() -> None:
    door, viewer = Door(), Screen().viewer
    door.gate.ask(Screen().viewer)
    assert not door.gate.holds(viewer)
    door.answer.set()
    await until_async(lambda: door.opened, "an answer")


async def test_a_question_that_fails_sends_away_who_came_and_the_next_is_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    door, unlucky, next_ = Door(), Screen(), Screen()
    door.answer.set()
    door.failure = ConnectionError("no database")
    before = count("live_failures_total", where="gate")
    door.gate.ask(unlucky.viewer)
    await until_async(lambda: unlucky.codes == [4000], "the one who came is sent away")
    assert count("live_failures_total", where="gate") == before + 1
    assert "what is new on open pages could not be asked" in caplog.text
    assert "ConnectionError: no database" in caplog.text
    door.failure = None
    door.gate.ask(next_.viewer)
    await until_async(lambda: {next_.viewer} in door.opened, "the next goes on")
    assert not next_.viewer.closing


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
    assert held.frames == [[team.id, ann.id, f"tests-person-{secret.pk}"]]
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
    came: list[Viewer] = []
    monkeypatch.setattr(hub.gate, "ask", came.append)
    crew.team.visible_to(lambda user, pk: True)
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    await in_thread(lambda: (crew.hire(pk(team), "Bob"), crew.team.changed(pk=pk(team))))
    await screen.gets("Bob")
    assert came == []


@pytest.mark.database
async def test_a_viewer_that_leaves_at_the_gate_is_forgotten(hub: Hub, crew: Crew, secret: Secret) -> None:
    team, _ = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(team).join(hub)
    secret.go_on.clear()
    await in_thread(lambda: secret.hire(pk(team)))
    await until_async(secret.entered.is_set, "a question")
    hub.leave(screen.viewer)
    secret.go_on.set()
    await until_async(lambda: not hub.gate.holds(screen.viewer), "an answer")
    await settled(hub)
    assert screen.frames == []
    assert hub.watches == {}
