"""Nothing new on an open page before it is known that the page's user may see it.

A page is asked for when it is made and when it connects: pages that connect at the same moment with the same question,
as a thousand visitors do after a restart, share the answer. A fragment that comes to be nested in it later, with a
``visible_to`` of its own, is asked for then, and until the answer the viewer's frames wait in its mailbox.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable

from live import metrics
from live.fragments import Key
from live.hub.viewer import Viewer
from live.page import access
from live.page.token import Page
from live.socket.close_codes import COME_BACK, close_soon, keep

logger = logging.getLogger(__name__)


# Who asks for what: a session, the user of the page, its roots and everything on it.
Question = tuple[str | None, str | None, frozenset[str], frozenset[str]]


class Gate:
    """``recheck(viewers)`` closes those who may not see; ``opened(viewers)`` is told that the others may go on.

    ``in_thread`` asks the database.
    """

    def __init__(
        self,
        recheck: Callable[[Iterable[Viewer]], Awaitable[None]],
        opened: Callable[[Iterable[Viewer]], None],
        in_thread: Callable[[Callable[[], access.Answer]], Awaitable[access.Answer]],
    ) -> None:
        self._recheck, self._opened, self._in_thread = recheck, opened, in_thread
        self._answers: dict[Question, asyncio.Future[access.Answer]] = {}
        self._unasked: set[Viewer] = set()
        self._asking: set[Viewer] = set()

    async def admit(self, session: str | None, page: Page, keys: Collection[Key]) -> access.Answer:
        """Whether a page that connects may see ``keys``, and as which audiences."""
        question = session, page.user, frozenset(page.roots), frozenset(key.id for key in keys)
        answer = self._answers.get(question)
        if answer is None:
            answer = asyncio.ensure_future(self._in_thread(lambda: access.answer(session, page, keys)))
            self._answers[question] = answer
            answer.add_done_callback(lambda _: self._answers.pop(question))
        # Whoever hangs up meanwhile does not take the answer from the others.
        return await asyncio.shield(answer)

    def holds(self, viewer: Viewer) -> bool:
        """Whether its frames have to wait."""
        return viewer in self._unasked or viewer in self._asking

    def ask(self, viewer: Viewer) -> None:
        """Hold its frames back, and ask soon: once for all who come to the gate at the same moment."""
        if not (self._unasked or self._asking):
            keep(asyncio.get_running_loop().create_task(self._ask()))
        self._unasked.add(viewer)

    async def _ask(self) -> None:
        while self._unasked:
            self._asking, self._unasked = self._unasked, set()
            try:
                await self._recheck(self._asking)
            except Exception:
                metrics.failures.labels("gate").inc()
                logger.exception("who may see what is new on open pages could not be asked; they are sent away")
                close_soon(self._asking, COME_BACK)
            asked, self._asking = self._asking, set()
            self._opened(asked)
