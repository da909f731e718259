"""Nothing new on an open page before it is known that the page's user may see it.

A page is asked for when it is made and when it connects. A fragment that comes to be nested in it later, with a
``visible_to`` of its own, is asked for here, and until the answer the viewer's frames wait in its mailbox.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from live import metrics
from live.closing import COME_BACK, close_soon, keep
from live.viewers import Viewer

logger = logging.getLogger(__name__)


class Gate:
    """``recheck(viewers)`` closes those who may not see; ``opened(viewers)`` is told that the others may go on."""

    def __init__(
        self, recheck: Callable[[Iterable[Viewer]], Awaitable[None]], opened: Callable[[Iterable[Viewer]], None]
    ) -> None:
        self._recheck, self._opened = recheck, opened
        self._unasked: set[Viewer] = set()
        self._asking: set[Viewer] = set()

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
