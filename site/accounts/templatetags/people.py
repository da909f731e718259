"""How people are written on pages, and what a page says of the session of whoever reads it."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts import roles, sessions

register = template.Library()


@register.filter
def initials(user: AbstractUser) -> str:
    """Two letters that stand for somebody: of both names, or the first of the user name."""
    first, last = user.first_name.strip(), user.last_name.strip()
    return (first[:1] + last[:1] if first and last else user.get_username()[:2]).upper()


@register.filter
def is_admin(user: object) -> bool:
    """Whether they may manage people."""
    return roles.is_admin(user)


@register.simple_tag(takes_context=True)
def session_end(context: dict[str, Any]) -> datetime | None:
    """When the session of this page ends, where that is soon and for good."""
    session = getattr(context.get("request"), "session", None)
    return None if session is None else sessions.fixed_end(session)


@register.simple_tag
def renew_seconds() -> int:
    """How often a page that stays open asks for its session to be renewed."""
    return sessions.RENEW_SECONDS


@register.filter
def ago(moment: datetime) -> str:
    """How long ago somebody was seen, as exactly as that is known: "now" for somebody who has a page open."""
    # A page asks so often, and its session may have been renewed by another one just before.
    if (timezone.now() - moment).total_seconds() < 2 * sessions.RENEW_SECONDS:
        return _("now")
    return _("%s ago") % timesince(moment, depth=1)
