"""``django.contrib.messages``, live: ``MESSAGE_STORAGE = "live.notices.storage.LiveStorage"``, and no view changes.

What waits for the next page waits as Django does it, in a cookie or the session. On top of that a message comes

- with the response to an htmx request, out of band, if the page can take it;
- at once to the same person's other open pages, as a notice.

A message keeps its notice's number while it waits, so a page that gets it both ways shows it once. What a template or a
view reads by itself, with ``{% for message in messages %}``, is for that page alone.
"""

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.db import Error
from django.http import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeData

from live import metrics, moments
from live.notices.feed import render_out_of_band
from live.notices.models import Dismissal, Notice
from live.notices.recipient_kinds import person
from live.notices.requests import shows_notices
from live.notices.sender import send
from live.page.access import User, visitor

logger = logging.getLogger(__name__)

# Words among a message's ``extra_tags``. A secret is shown once, to one page, and stored nowhere. What is local was
# sent to others already, in other words.
TAGS_OF_ONE_PAGE = {"secret", "local"}
# With these in the response htmx goes to another page, or we cannot add to it.
HEADERS_THAT_LEAD_AWAY = ("HX-Redirect", "HX-Location", "HX-Refresh", "Content-Encoding")
# Before the notice's number, in the ``extra_tags`` of a message that waits. Nobody but this module sees it.
NUMBER_PREFIX = "live-notice-"


class PathCookieStorage(CookieStorage):
    """In a cookie of the path that sessions have: of two sites on one host, none takes what waits for the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The cookie of a site that is at / comes with every request to this one, too.
        self.cookie_name += settings.SESSION_COOKIE_PATH.rstrip("/").replace("/", "-")

    def _update_cookie(self, encoded_data: str, response: HttpResponseBase) -> None:
        super()._update_cookie(encoded_data, response)  # type: ignore[misc]
        response.cookies[self.cookie_name]["path"] = settings.SESSION_COOKIE_PATH


class LiveStorage(FallbackStorage):
    """See the module. One for each request; the middleware calls ``update`` when the view has responded."""

    storage_classes = (PathCookieStorage, SessionStorage)

    _queued_messages: list[Message]
    _loaded_messages: list[Message]

    def update(self, response: HttpResponseBase) -> list[Message] | None:
        """Send what was queued in this request, and keep what nobody has been shown for the next page."""
        if response.status_code < 500:  # what has failed is no news to other pages
            self._send_queued()
        if self._is_swapped_in(response):
            self._append(response)
        return super().update(response)

    def notices(self) -> list[Notice]:
        """What is unread, as notices of the page that is made. They count as shown: the next page has them not."""
        self._send_queued()
        return self._take()

    def _take(self) -> list[Notice]:
        read = len(self._loaded_messages) if self.used else 0
        unread = list(self)[read:]
        numbers = [number for message in unread if (number := number_of(message)) is not None]
        dismissed = self._dismissed(numbers) if numbers else set()
        return [of_message(message) for message in unread if number_of(message) not in dismissed]

    def _append(self, response: Any) -> None:
        """Put what is unread into the response."""
        html = "".join(render_out_of_band(notice) for notice in self._take())
        if not html:
            return
        response.content += html.encode(response.charset, "xmlcharrefreplace")
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        add_never_cache_headers(response)  # it is for one person, and once

    def _send_queued(self) -> None:
        """What is queued, as notices to the person who caused it, for their other pages.

        An error costs no more than that: the message is still in this response, or on the next page.
        """
        self._prepare_messages(self._queued_messages)  # type: ignore[attr-defined]
        new = [
            message
            for message in self._queued_messages
            if not TAGS_OF_ONE_PAGE & set((message.extra_tags or "").split())
        ]
        try:
            for message in new:
                self._send(message, visitor(self.request))
        except Error:
            metrics.failures.labels("message").inc()
            logger.exception("messages could not be sent to other open pages: the database failed")

    def _send(self, message: Message, user: User) -> None:
        to = person(user)
        if to is None:
            return
        try:
            notice = send(
                to,
                message.level,
                str(message.message),
                html=isinstance(message.message, SafeData),
                tags=message.extra_tags or "",
                source=Notice.Source.MESSAGE,
                by=user if user.is_authenticated else None,
            )
        except ValueError as error:
            metrics.failures.labels("message").inc()
            logger.warning("a message is not sent to other open pages of %s: %s", to, error)
        else:
            message.notice_number = notice.pk  # type: ignore[attr-defined]

    def _dismissed(self, numbers: Sequence[int]) -> set[int | None]:
        """Those of the notices that the person has dismissed on another page meanwhile."""
        try:
            to = person(visitor(self.request))
            dismissals = Dismissal.objects.filter(person=to, notice__in=numbers)
            return set(dismissals.values_list("notice", flat=True))
        except Error:
            metrics.failures.labels("message").inc()
            logger.exception("messages are shown without a check whether they were dismissed: the database failed")
            return set()

    def _is_swapped_in(self, response: Any) -> bool:
        """Whether htmx puts the response into an open page that has a region for notices."""
        headers = response.headers
        return (
            shows_notices(self.request)
            and "HX-History-Restore-Request" not in self.request.headers
            and (response.status_code == 422 or (200 <= response.status_code < 300 and response.status_code != 204))
            and not response.streaming
            and headers.get("Content-Type", "").startswith("text/html")
            and not headers.get("HX-Reswap", "").startswith("textContent")
            and not any(name in headers for name in HEADERS_THAT_LEAD_AWAY)
        )

    # While it waits, a message's number is the last word of its tags: all that Django keeps of it are four things.

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Message], bool]:
        messages, complete = super()._get(*args, **kwargs)  # type: ignore[misc]
        for message in messages:
            rest, _, last = (getattr(message, "extra_tags", None) or "").rpartition(" ")
            if last.startswith(NUMBER_PREFIX):
                message.extra_tags = rest
                message.notice_number = int(last.removeprefix(NUMBER_PREFIX))
        return messages, complete

    def _store(self, messages: Sequence[Message], response: Any, *args: Any, **kwargs: Any) -> list[Message]:
        numbered = [_numbered(message) for message in messages]
        unstored: list[Message] = super()._store(numbered, response, *args, **kwargs)  # type: ignore[misc]
        return unstored


def number_of(message: Message) -> int | None:
    """The pk of the notice that a message was sent as, if it was."""
    number: int | None = getattr(message, "notice_number", None)
    return number


def of_message(message: Message) -> Notice:
    """A message as the notice that it was sent as, or as one that is in no database, under a name of its own."""
    notice = Notice(
        level=message.level,
        tags=message.extra_tags or "",
        text=str(message.message),
        html=isinstance(message.message, SafeData),
        source=Notice.Source.MESSAGE,
        expires=moments.now(),
    )
    number = number_of(message)
    notice.pk = f"m{secrets.token_hex(8)}" if number is None else number
    return notice


def _numbered(message: Message) -> Message:
    number = number_of(message)
    if number is None:
        return message
    words = [message.extra_tags] if message.extra_tags else []
    return Message(message.level, message.message, " ".join([*words, f"{NUMBER_PREFIX}{number}"]))
