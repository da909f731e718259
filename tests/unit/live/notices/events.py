"""The activity, as somebody sees it."""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser

from live.notices import activity
from live.notices.activity import recipients_of
from live.rendering.render import render

LINE = re.compile(r'<li class="live-event[^"]*">(.*?)</li>', re.DOTALL)


def visitor(session: str | None = None) -> AnonymousUser:
    user = AnonymousUser()
    user.live_session = session  # type: ignore[attr-defined]
    return user


def html(user: Any) -> str:
    return render(activity.activity.key(audience=recipients_of(user))).html


def lines(user: Any) -> list[str]:
    """What each event says, without its time."""
    aside = re.compile(r"<time.*?</time>|<[^>]+>|·", re.DOTALL)
    return [" ".join(aside.sub(" ", line).split()) for line in LINE.findall(html(user))]


def said(user: Any) -> list[str]:
    """The same without the level, for what is information."""
    return [line.removeprefix("Information ") for line in lines(user)]
