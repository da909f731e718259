"""Whether the pages that connect, and those that are open, may see what is on them.

A page is asked for when it is made and when it connects: pages that connect at the same moment with the same question,
as a thousand visitors do after a restart, share the answer. Pages that are open are asked for together, once for all of
one session and page. The database is asked in threads; nothing here touches a viewer.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence

from live.database_threads import DatabaseThreads
from live.hub.viewer import Viewer
from live.hub.watches import Watches
from live.keys import ElementId, Key, RenderingId
from live.page import access
from live.page.access import Access
from live.page.page import Page

# A session, the user of the page, its roots, and everything on it.
Question = tuple[str | None, str | None, frozenset[ElementId], frozenset[RenderingId]]


class Admission:
    """Asks the database in ``threads``."""

    def __init__(self, threads: DatabaseThreads) -> None:
        self._threads = threads
        self._connecting: dict[Question, asyncio.Future[Access]] = {}

    async def ask(self, session: str | None, page: Page, keys: Collection[Key]) -> Access:
        """Whether a page that connects may see ``keys``, and as which audiences."""
        question = session, page.user, frozenset(page.roots), frozenset(key.id for key in keys)
        answer = self._connecting.get(question)
        if answer is None:
            answer = self._connecting[question] = self._threads.run(access.check, session, page, keys)
            answer.add_done_callback(lambda _: self._connecting.pop(question))
        # Whoever hangs up meanwhile does not take the answer from the others.
        return await asyncio.shield(answer)

    async def ask_again(self, viewers: Iterable[Viewer], watches: Watches) -> list[tuple[list[Viewer], Access]]:
        """The same for open pages: those that share an answer, and the answer."""
        groups: dict[Question, list[Viewer]] = {}
        for viewer in viewers:
            question = viewer.session, viewer.page.user, frozenset(viewer.page.roots), frozenset(viewer.watching)
            groups.setdefault(question, []).append(viewer)
        questions = [
            (session, members[0].page, [watches[id].key for id in ids if id in watches])
            for (session, _, _, ids), members in groups.items()
        ]
        answers = await self._threads.run(_check_all, questions)
        return list(zip(groups.values(), answers, strict=True))


def _check_all(questions: Sequence[tuple[str | None, Page, Collection[Key]]]) -> list[Access]:
    return [access.check(*question) for question in questions]
