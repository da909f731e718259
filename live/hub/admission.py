"""Whether the pages that connect, and those that are open, may see what is on them.

A page is asked for when it is made and when it connects: pages that connect at the same moment with the same question,
as a thousand visitors do after a restart, share the answer. Pages that are open are asked for many at once. Whose
sessions these are comes first, in a few queries and in a thread where no project's code can hold it up; then what
``visible_to`` and ``per`` say, in other threads; those known to be slow come last, and never have all threads.

The database is asked in threads; nothing here touches a viewer.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping
from typing import Any

from live import metrics
from live.database_threads import DatabaseThreads
from live.fragments import Fragment
from live.hub.tasks import track_task
from live.hub.viewer import Viewer
from live.hub.watches import Watches
from live.keys import ElementId, Key, PageContext, RenderingId
from live.page import access
from live.page.access import Access, Question
from live.page.identity import Identity, User
from live.page.page import Page, Reason
from live.page.refusal import Refusal, not_its_user
from live.page.visits import Session, key_of
from live.rendering.context import data_context

logger = logging.getLogger(__name__)

# Viewers whose sessions are looked up in one query, and who are asked about together.
BATCH = 500
# After which a thread leaves the rest of its batch to another turn.
TURN_SECONDS = 0.5
# A round may take so long for a log-out to be noticed within 5 s; what is slower than that goes on beside the next.
MAX_ROUND_SECONDS = 2.5
SLOW_ROUND = "a visible_to or per= is slow; that a permission was taken away may be noticed after more than 5 s"
# Of its time, a round works this part, and pauses between its batches for the rest; but in all no longer than this.
ROUND_SHARE, MAX_PAUSES_SECONDS = 0.1, 1.5

Users = dict[Identity, User]
Answered = list[tuple[Viewer, Access]]
# Questions, and whose pages they are about: those of one board whose visitors are the same to us ask the same.
Asked = dict[Question, list[Viewer]]
# Takes answers, and the number of the question.
Take = Callable[[Answered, int], None]
# A session, the user of the page, its context, its roots, those that it requires, and everything on it.
Connecting = tuple[
    Session, str | None, PageContext | None, frozenset[ElementId], frozenset[ElementId], frozenset[RenderingId]
]


class Admission:
    """``number`` gives each question a number, in order, and ``take`` gets its answers with it."""

    def __init__(self, watches: Watches, number: Callable[[], int], take: Take) -> None:
        self._watches, self._number, self._take = watches, number, take
        self._threads = DatabaseThreads("live-access", 2)
        self._identity_threads = DatabaseThreads("live-identity", 1)
        self._recheck_threads = DatabaseThreads("live-recheck", 2)
        self.threads = (self._threads, self._identity_threads, self._recheck_threads)
        # So that slow questions never have all threads.
        self._slow = {threads: asyncio.Lock() for threads in self.threads}
        self._connecting: dict[Connecting, asyncio.Future[Access]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # About whom a round is still asking; and for whom the last one had no time, and how many before it.
        self._asking: set[Viewer] = set()
        self._left: dict[Viewer, int] = {}

    async def ask(self, session: Session, page: Page, keys: Collection[Key]) -> Access:
        """Whether a page that connects may see ``keys``, and as which audiences."""
        ids = frozenset(key.id for key in keys)
        question = session, page.user, page.context, frozenset(page.roots), frozenset(page.required), ids
        answer = self._connecting.get(question)
        if answer is None:
            answer = asyncio.ensure_future(self._check(Question(session, page, list(keys))))
            self._connecting[question] = answer
            answer.add_done_callback(lambda _: self._connecting.pop(question))
        # Whoever hangs up meanwhile does not take the answer from the others.
        return await asyncio.shield(answer)

    async def _check(self, question: Question) -> Access:
        if not access.is_slow(question):
            return await self._threads.run(access.answer_one, question)
        async with self._slow[self._threads]:
            return await self._threads.run(access.answer_one, question)

    def stop(self) -> None:
        """Ask nothing any more."""
        for task in self._tasks:
            task.cancel()

    async def ask_held(self, viewers: Collection[Viewer]) -> None:
        """Ask for those whose frames wait for the answer. Who cannot be asked about is refused, to come back later."""
        for batch in _batches(viewers, {}):
            number = self._number()
            try:
                questions = self._questions(batch)
                users = await self._threads.run(access.users_who_ask, list(questions))
                quick, slow = _quick_and_slow(questions)
                if slow:  # whoever comes next does not wait for these
                    self._start(self._ask_held(users, slow, number))
                await self._ask_held(users, quick, number)
            except Exception as error:
                self._refuse(batch, number, error)

    async def _ask_held(self, users: Users, questions: Asked, number: int) -> None:
        try:
            await self._ask(self._threads, users, questions, number)
        except Exception as error:
            self._refuse(_viewers(questions), number, error)

    def _refuse(self, viewers: Iterable[Viewer], number: int, error: Exception) -> None:
        metrics.failures.labels("admission").inc()
        logger.exception("who may see what is new on open pages could not be asked; they must ask again")
        refused = Access(Refusal(Reason.ASK_AGAIN, f"it could not be asked who may see it: {error!r}"))
        self._take([(viewer, refused) for viewer in viewers if viewer.awaits_admission], number)

    def _start(self, asking: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = track_task(asking)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def run_round(self, viewers: Iterable[Viewer]) -> None:
        """Ask for all of them again."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        tasks: list[asyncio.Task[None]] = []
        batches = list(_batches(viewers, self._left))
        seconds = max(TURN_SECONDS, MAX_ROUND_SECONDS / max(len(batches), 1))
        before, self._left = self._left, {}
        for number, batch in enumerate(batches, 1):
            started = loop.time()
            try:
                if task := await self._recheck(batch, seconds, before):
                    tasks.append(task)
            except Exception:
                metrics.failures.labels("recheck").inc()
                logger.exception("for %d open pages it could not be asked who they are; it is tried again", len(batch))
            if number < len(batches):  # what is pushed goes between thousands
                pause = (loop.time() - started) * (1 / ROUND_SHARE - 1)
                await asyncio.sleep(min(pause, MAX_PAUSES_SECONDS / len(batches)))
        if tasks:
            await asyncio.wait(tasks, timeout=max(0.0, began + MAX_ROUND_SECONDS - loop.time()))
        took = loop.time() - began
        metrics.access_round.observe(took)
        if took >= MAX_ROUND_SECONDS:
            words = "asking again who may see what is open took %.1f s, and goes on for %d pages: %s"
            logger.warning(words, took, len(self._asking), SLOW_ROUND)

    async def _recheck(
        self, viewers: Collection[Viewer], seconds: float, left_before: Mapping[Viewer, int]
    ) -> "asyncio.Task[None] | None":
        """Refuse those whose page is another user's now. The task that asks about the rest, where that is needed."""
        number, questions = self._number(), self._questions(viewers)
        users, refusals = await self._identity_threads.run(_identify, list(questions), seconds)
        if left := {question: alike for question, alike in questions.items() if question.identity not in users}:
            self._left |= {viewer: left_before.get(viewer, 0) + 1 for viewer in _viewers(left)}
            questions = {question: alike for question, alike in questions.items() if question not in left}
            logger.warning(
                "LIVE_USER is slow: who they are was asked for %d of %d open pages in %.1f s; the others come next",
                *(len(_viewers(questions)), len(viewers), seconds),
            )
        answered = zip(questions.values(), refusals, strict=True)
        self._take([(viewer, Access(refusal)) for alike, refusal in answered if refusal for viewer in alike], number)
        rest = {
            question: waiting
            for (question, alike), refusal in zip(questions.items(), refusals, strict=True)
            if not refusal and _asks(question) and (waiting := list({*alike} - self._asking))
        }
        return self._start(self._ask_rest(users, rest, number)) if rest else None

    async def _ask_rest(self, users: Users, questions: Asked, number: int) -> None:
        viewers = _viewers(questions)
        self._asking.update(viewers)
        try:
            await self._ask(self._recheck_threads, users, questions, number)
        except Exception:
            metrics.failures.labels("recheck").inc()
            logger.exception("who may see %d open pages could not be asked; it is tried again", len(viewers))
        finally:
            self._asking.difference_update(viewers)

    async def _ask(self, threads: DatabaseThreads, users: Users, questions: Asked, number: int) -> None:
        quick, slow = _quick_and_slow(questions)
        await self._ask_in_turns(threads, users, quick, number)
        if slow:
            async with self._slow[threads]:
                await self._ask_in_turns(threads, users, slow, number)

    async def _ask_in_turns(self, threads: DatabaseThreads, users: Users, questions: Asked, number: int) -> None:
        waiting = list(questions)
        while waiting:
            answers = await threads.run(access.answer_all, users, waiting, TURN_SECONDS)
            answered = zip(waiting, answers, strict=False)
            self._take([(viewer, answer) for question, answer in answered for viewer in questions[question]], number)
            waiting = waiting[len(answers) :]

    def _questions(self, viewers: Collection[Viewer]) -> Asked:
        """What has to be asked about each: of all that is on its page, and was, what is not for everybody."""
        alike: dict[tuple[Session, int, frozenset[RenderingId], frozenset[ElementId]], list[Viewer]] = {}
        for viewer in viewers:
            # They may come back, or near.
            away = frozenset((viewer.page.roots.keys() - viewer.shown.keys()) | viewer.put_off)
            alike.setdefault((viewer.session, id(viewer.page), viewer.watching, away), []).append(viewer)
        restricted: dict[frozenset[RenderingId], list[Key]] = {}
        questions: Asked = {}
        for (session, _, watching, away), members in alike.items():
            if watching not in restricted:
                keys = (self._watches[id].key for id in watching if id in self._watches)
                restricted[watching] = [key for key in keys if access.is_restricted(key)]
            page = members[0].page
            roots = [key for id in away if access.is_restricted(key := page.roots[id])]
            questions[Question(session, page, [*restricted[watching], *roots])] = members
        return questions


def _viewers(questions: Asked) -> list[Viewer]:
    return [viewer for alike in questions.values() for viewer in alike]


def _quick_and_slow(questions: Asked) -> tuple[Asked, Asked]:
    slow = {question: alike for question, alike in questions.items() if access.is_slow(question)}
    return {question: alike for question, alike in questions.items() if question not in slow}, slow


def _batches(viewers: Iterable[Viewer], left: Mapping[Viewer, int]) -> Iterator[list[Viewer]]:
    """Those of one user side by side, so that they are asked about once; and only those together for which the database
    is the same. Who was left out most often comes first."""
    by_data: dict[PageContext | None, list[Viewer]] = {}
    for viewer in viewers:
        by_data.setdefault(data_context(viewer.page.context), []).append(viewer)
    for alike in by_data.values():
        alike.sort(key=lambda viewer: (-left.get(viewer, 0), viewer.page.user or "", key_of(viewer.session) or ""))
        yield from (alike[start : start + BATCH] for start in range(0, len(alike), BATCH))


def _identify(questions: list[Question], seconds: float) -> tuple[Users, list[Refusal | None]]:
    """In a thread: whose pages these are, as far as there is time, and which of those are somebody else's now."""
    users = access.users_who_ask(questions, seconds)
    known = [question for question in questions if question.identity in users]
    return users, [not_its_user(users[question.identity], question.page) for question in known]


def _asks(question: Question) -> bool:
    """Whether anything depends on who the user is, beside whether it is still the same."""
    return bool(question.keys) or any(Fragment.named(key.name).per for key in question.page.roots.values())
