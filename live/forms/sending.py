"""What follows when a form is saved: its recipients get a notice, and what it has changed is new on every open page."""

import logging
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest

from live import changes, metrics
from live.keys import Key
from live.notices import (
    MAX_NOTICE_CHARACTERS,
    Notice,
    Recipients,
    TooManyNotices,
    check_rate,
    level_number,
    render_out_of_band,
    shows_notices,
)
from live.notices import send as send_notice
from live.page import access
from live.rendering.tree import html_of

logger = logging.getLogger(__name__)

# The out-of-band HTML of a response, made when it is called.
OutOfBand = Callable[[], str]


def send(
    request: HttpRequest, recipients: Recipients | None, level: str | int, text: str, changed: Sequence[Key] = ()
) -> OutOfBand:
    """In the transaction of the form: announce the fragments, and send a notice to the recipients and to the sender.

    The sender gets it once. A page that can take it gets the same notice as the others, with the response, and drops
    the one that comes by the socket. Otherwise the next page shows it, whose cursor in the feed is behind it.
    """
    if changed:
        changes.changed(*(key.of(None).id for key in changed))
    notice = None
    if text.strip():
        # Plain text, also where the view has marked it as safe.
        words = (
            text[:MAX_NOTICE_CHARACTERS]
            if len(text) <= MAX_NOTICE_CHARACTERS
            else f"{text[: MAX_NOTICE_CHARACTERS - 1]}…"
        )
        notice = _send_notice(request, recipients, level, words)
        here = notice is not None and shows_notices(request)
        if not here:
            # "local": not to the sender's other pages, which get the notice as all recipients do.
            tags = "local" if notice is not None else ""
            messages.add_message(request, level_number(level), words, extra_tags=tags, fail_silently=True)

    def out_of_band() -> str:
        return _fragments(request, changed) + (render_out_of_band(notice) if notice is not None and here else "")

    return out_of_band


def _send_notice(request: HttpRequest, recipients: Recipients | None, level: str | int, text: str) -> Notice | None:
    """None if there are no recipients, or if they were sent too much: the form is saved anyway."""
    if recipients is None:
        return None
    try:
        check_rate(recipients, sources=[Notice.Source.FORM])
    except TooManyNotices as error:
        metrics.failures.labels("form_notice").inc()
        logger.warning("%r was not sent to everyone: %s", text, error)
        return None
    return send_notice(recipients, level, text, source=Notice.Source.FORM, by=access.visitor(request))


def _fragments(request: HttpRequest, changed: Sequence[Key]) -> str:
    """What the form has changed, as its sender may see it."""
    user = access.visitor(request)
    keys = [key if key.audience is not None else access.audience_of(user, key) for key in changed]
    return html_of(*(key for key in keys if access.may_see(user, [key]) is None))
