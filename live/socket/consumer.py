"""The socket. It says who is there, hands the page to the hub, and is then only a pipe.

It is accepted before it is judged: a socket closed before ``accept`` is an HTTP 403, which a browser reports as 1006,
which is retried for ever. So whoever is refused gets a last frame with words, and a close code that is not retried.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError
from django.urls import set_script_prefix

from live import metrics
from live.hub import process
from live.hub.tasks import track_task
from live.hub.viewer import Viewer
from live.keys import PageContext
from live.limited_log import LimitedLog
from live.page import user_function
from live.page.page import Reason
from live.page.refusal import Refusal
from live.page.report import BadReport, Report, context_of, read_report, reason_of
from live.page.token import BadPage, OutdatedPage, verify
from live.page.visits import Session
from live.rendering.context import default_context
from live.socket.close_codes import Send, close
from live.socket.connection import Connection, Writer
from live.socket.origin import why_refused

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# In which a page that connects says what it is ...
MAX_SILENCE_SECONDS = 20.0
# ... and how often its reports are read after that.
REPORT_INTERVAL_SECONDS = 1.0


class Refused(Exception):
    """Who is there may not see the page."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.reason = refusal.reason


def context_of_query(query: bytes) -> PageContext | None:
    """In which language to refuse a socket of which nothing else is known; None where that is none of the site's."""
    language = parse_qs(query.decode("latin1")).get("language", [""])[0]
    return replace(default_context(), language=language) if language in dict(settings.LANGUAGES) else None


class LiveConsumer:
    """One page's socket. The page reports what it shows after each connect and now and then; frames come back.

    An ASGI application for one scope, and none of Channels' consumers: those have a second task for each socket, and
    before each message and at the end a turn in the thread that all synchronous code shares, where one slow query would
    hold up every socket.
    """

    base_send: Send
    # How it is known, and the server's shortcut for frames, if it has one.
    session: Session
    writer: Writer | None
    viewer: Viewer | None = None
    token: str | None = None
    # What came to the page by htmx.
    more: tuple[str, ...] = ()
    is_refused = False
    # Waits for what the page sends, until it is gone, or given up.
    task: "asyncio.Task[None] | None" = None
    is_given_up = False
    # Ends the wait for the first report.
    silence: asyncio.TimerHandle | None = None
    # Of the page that reported last; of one whose token cannot be read, what its address says.
    page_context: PageContext | None = None
    # The newest report that has not been read yet, and the one task that reads reports, while there are any.
    report: str | None = None
    reader: "asyncio.Task[None] | None" = None
    # When the last one was read.
    reported_at = float("-inf")

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        # As Django does for a request: the words of the end lead to where people sign in.
        set_script_prefix(f"{(settings.FORCE_SCRIPT_NAME or scope.get('root_path', '')).rstrip('/')}/")
        self.base_send = send
        self.task = asyncio.current_task()
        try:
            await receive()
            await self.connect(scope)
            # No message is held while the next one is waited for.
            while self.take(await receive()):
                pass
        except asyncio.CancelledError:
            if not self.is_given_up:
                raise
        finally:  # however it ends: disconnected, refused, cancelled or by an error
            self.is_refused = True
            for waiting in (self.silence, self.reader):
                if waiting is not None:
                    waiting.cancel()
            self.leave()

    async def connect(self, scope: Any) -> None:
        """Accept the socket. Its headers may be gone after that."""
        self.page_context = context_of_query(scope.get("query_string", b""))
        self.session = user_function.of_scope(scope["headers"])
        self.writer = scope.get("extensions", {}).get("live.writer")
        refusal = why_refused(scope["headers"])
        await self.base_send({"type": "websocket.accept"})
        if refusal is None:
            self.silence = asyncio.get_running_loop().call_later(MAX_SILENCE_SECONDS, self.end_silence)
        else:
            await self.refuse(Reason.WRONG_ORIGIN, "%s", refusal)

    def end_silence(self) -> None:
        """Close a socket that has not reported."""
        metrics.limits.labels("silence").inc()
        message = "it has not reported within %g s what page it is"
        track_task(self.refuse(Reason.ASK_AGAIN, message, MAX_SILENCE_SECONDS))

    def take(self, message: dict[str, Any]) -> bool:
        """A report, or the end: False. Those that come while one waits are read as one, the last: each may cost a
        render of everything."""
        if message["type"] != "websocket.receive":
            return False
        if not self.is_refused:
            self.report = message.get("text") or ""
            if self.reader is None:
                self.reader = track_task(self.read_reports())
        return True

    async def read_reports(self) -> None:
        """Read what has been reported, one after another and with a pause between them. No other task reads."""
        loop = asyncio.get_running_loop()
        try:
            while self.report is not None and not self.is_refused:
                await asyncio.sleep(max(self.reported_at + REPORT_INTERVAL_SECONDS - loop.time(), 0))
                text, self.report = self.report, None
                self.reported_at = loop.time()
                await self.read(text)
        finally:
            self.reader = None

    async def read(self, text: str) -> None:
        """Bring the page up to date by what it reports, or refuse it."""
        assert self.silence is not None, "it was not refused when it connected"
        self.silence.cancel()
        try:
            report = read_report(text)
            if self.viewer is None or (report.token, report.more) != (self.token, self.more):
                self.viewer = await self.admit(report)
        except (BadReport, BadPage, OutdatedPage) as error:
            self.page_context = context_of(error) or self.page_context
            await self.refuse(reason_of(error), "%s", error)
        except Refused as error:
            await self.refuse(error.reason, "%s", error)
        except DatabaseError as error:
            metrics.failures.labels("admit").inc()
            await self.refuse(Reason.ASK_AGAIN, "the database cannot be asked who it is: %s", error)
        except Exception:
            metrics.failures.labels("report").inc()
            logger.exception("a page's report could not be dealt with; the page must ask again")
            await self.refuse(Reason.ASK_AGAIN, "its report could not be dealt with")
        else:
            if self.is_refused or self.viewer.is_closing:
                return
            if process.is_stopping():  # it has told its pages so, and would not tell this one
                await self.refuse(Reason.ASK_AGAIN, "the server is stopping")
            else:
                process.running_hub().join(self.viewer, report.shown, report.far, report.frames)

    async def admit(self, report: Report) -> Viewer:
        """The viewer of this page, if the page is ours and its user may see what is on it."""
        page = verify(report.token, report.more)
        self.page_context = page.context
        access = await process.running_hub().admit(self.session, page)
        if access.refusal is not None:
            raise Refused(access.refusal)
        known, self.token, self.more = self.token, report.token, report.more
        if self.viewer is not None and known == report.token:
            process.running_hub().extend(self.viewer, page, access)
            return self.viewer
        frames = self.viewer.frames if self.viewer else 0
        self.leave()
        connection = Connection(self.base_send, self.writer, page.context, self.give_up)
        return Viewer(connection, self.session, page, access.audiences, access.withheld, frames=frames)

    async def refuse(self, reason: Reason, message: str, *args: object) -> None:
        """Close for good, with words for the person; the message, and its arguments, are for the log."""
        if self.is_refused:
            return
        limited_log.warning(f"a socket is closed ({reason.value}): {message}", *args)
        self.is_refused = True
        self.leave()
        if not await close(self.base_send, reason, self.page_context):
            self.give_up()

    def give_up(self) -> None:
        """End without the client, which takes nothing, not even a close: a server like granian would say for as long as
        it is connected that it is there."""
        if self.task is not None:
            self.is_given_up = True
            self.task.cancel()

    def leave(self) -> None:
        """Have the hub forget this page."""
        if self.viewer is not None and (hub := process.current_hub()):
            hub.leave(self.viewer)
