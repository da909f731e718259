"""What a banner must be like, wherever it comes from: one that cannot be shown would fail on every open page."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from live.notices.audiences import Audience, AudienceError, Kind, choices

if TYPE_CHECKING:
    from live.notices.models import Banner

LONGEST = 1000
# Minutes: a month.
MOST_AHEAD = 31 * 24 * 60
# Far enough from both ends of what a datetime can be that it can be counted with in every zone.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


def check(banner: "Banner") -> None:
    """What its fields' own validators do not look at. ``ValidationError`` with words for each field."""
    wrong: dict[str, str] = {}
    if len(banner.text) > LONGEST:
        wrong["text"] = _("It has %(count)d characters; at most %(most)d fit.") % {
            "count": len(banner.text),
            "most": LONGEST,
        }
    elif (banner.text and not banner.text.strip()) or not is_writable(banner.text):
        wrong["text"] = _("It needs words that can be written down.")
    if isinstance(banner.ahead, int) and banner.ahead > MOST_AHEAD:
        wrong["ahead"] = _("It can be announced at most %(most)d minutes ahead.") % {"most": MOST_AHEAD}
    for name, moment in (("starts", banner.starts), ("ends", banner.ends)):
        if moment is not None and not EARLIEST <= moment < LATEST:
            wrong[name] = _("It must be from 2000 up to 2999.")
    if not wrong and banner.ends is not None and banner.starts is not None and banner.ends <= banner.starts:
        wrong["ends"] = _("It must end after it has started.")
    if said := unknown_audience(banner.audience):
        wrong["audience"] = said
    if wrong:
        raise ValidationError(wrong)


def unknown_audience(stored: str) -> str:
    """Why nobody can be told by that name; empty if it is an audience, or of a kind that the field refuses itself."""
    try:
        audience = Audience.parse(stored)
    except AudienceError:
        return ""
    kind = Kind.named(audience.kind)
    if kind.choices is not None:
        known = [name for name, _label in choices() if name.partition(":")[0] == kind.name]
        return "" if stored in known else _("There is no audience %(name)s.") % {"name": stored}
    try:
        audience.includes(AnonymousUser())
        return "" if is_writable(stored) else _("There is no audience %(name)s.") % {"name": ascii(stored)}
    except Exception:  # whatever the app's question makes of it, it would fail for everybody who opens a page
        return _("There is no audience %(name)s.") % {"name": stored}


def is_writable(text: str) -> bool:
    """Whether every database takes it: JSON can carry halves of characters, and null characters."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def audience_named(text: str) -> str:
    """How an audience is stored that is given as ``group:3`` or by its name, as ``group:Operators``."""
    kind, _colon, name = text.partition(":")
    found = Kind.registry.get(kind)
    options = {label: str(found(ref)) for ref, label in found.choices()} if found and found.choices else {}
    return text if text in options.values() else options.get(name, text)
