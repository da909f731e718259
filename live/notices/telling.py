"""What follows from a form that was taken: its audience is told, and what it has changed is new on every open page."""

import logging
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest

from live import changes, metrics
from live.keys import Key
from live.notices import levels, rules
from live.notices.audiences import Audience
from live.notices.feed import piece_of
from live.notices.models import Notice
from live.notices.sending import LONGEST, write
from live.notices.storage import TAKES
from live.page import access
from live.rendering.tree import html_of

logger = logging.getLogger(__name__)

# The out-of-band HTML of an answer, made when it is called.
Pieces = Callable[[], str]


def by_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page is wanted, and not a page."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers


def tell(
    request: HttpRequest, audience: Audience | None, level: str | int, text: str, changed: Sequence[Key] = ()
) -> Pieces:
    """In the transaction of the form: announce the fragments, and tell the audience and the person who sent the form.

    The person is told once. A page that can take it gets the same notice as the others, with the answer, and drops
    the one that comes by the socket. Otherwise the next page says it, whose place in the feed is behind it.
    """
    if changed:
        changes.changed(*(key.of(None).id for key in changed))
    notice = None
    if text.strip():
        # Plain text, also where the view has marked it as safe.
        words = text[:LONGEST] if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        notice = _write(request, audience, level, words)
        here = notice is not None and by_htmx(request) and request.headers.get(TAKES) == "1"
        if not here:
            # "local": not to the person's other pages, which hear it as everybody does.
            tags = "local" if notice is not None else ""
            messages.add_message(request, levels.number(level), words, extra_tags=tags, fail_silently=True)

    def pieces() -> str:
        return _fragments(request, changed) + (piece_of(notice) if notice is not None and here else "")

    return pieces


def _write(request: HttpRequest, audience: Audience | None, level: str | int, text: str) -> Notice | None:
    """The notice to the audience; None if there is none, or if it has been told too much: the form is saved anyway."""
    if audience is None:
        return None
    try:
        rules.check(audience, None, sources=[Notice.Source.FORM])
    except rules.TooManyNotices as error:
        metrics.failures.labels("form_notice").inc()
        logger.warning("%r was not told to everyone: %s", text, error)
        return None
    return write(audience, level, text, source=Notice.Source.FORM, by=access.visitor(request))


def _fragments(request: HttpRequest, changed: Sequence[Key]) -> str:
    """What the form has changed, as its sender may see it."""
    user = access.visitor(request)
    keys = [key if key.audience is not None else access.audience_of(user, key) for key in changed]
    return html_of(*(key for key in keys if access.may_see(user, [key]) is None))
