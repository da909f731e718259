"""What a banner must be like, wherever it comes from: one that cannot be shown would fail on every open page."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from live.notices import Kind, Recipients

if TYPE_CHECKING:
    from live.banners.models import Banner

MAX_CHARACTERS = 1000
# A month.
MAX_MINUTES_BEFORE = 31 * 24 * 60
# Far enough from both ends of what a datetime can be that it can be counted with in every zone.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


def check(banner: "Banner") -> None:
    """What its fields' own validators do not look at. ``ValidationError`` with words for each field."""
    wrong: dict[str, str] = {}
    if len(banner.text) > MAX_CHARACTERS:
        wrong["text"] = _("It has %(count)d characters; at most %(most)d fit.") % {
            "count": len(banner.text),
            "most": MAX_CHARACTERS,
        }
    elif (banner.text and not banner.text.strip()) or not is_writable(banner.text):
        wrong["text"] = _("It needs words that can be written down.")
    if isinstance(banner.announce_minutes_before, int) and banner.announce_minutes_before > MAX_MINUTES_BEFORE:
        message = _("It can be announced at most %(most)d minutes before its start.")
        wrong["announce_minutes_before"] = message % {"most": MAX_MINUTES_BEFORE}
    for name, moment in (("starts", banner.starts), ("ends", banner.ends)):
        if moment is not None and not EARLIEST <= moment < LATEST:
            wrong[name] = _("It must be from 2000 up to 2999.")
    if not wrong and banner.ends is not None and banner.starts is not None and banner.ends <= banner.starts:
        wrong["ends"] = _("It must end after it has started.")
    if error := unknown_recipients(banner.recipients):
        wrong["recipients"] = error
    if wrong:
        raise ValidationError(wrong)


def unknown_recipients(recipients: Recipients) -> str:
    """Why that is nobody; empty if it is somebody, or of a kind that the field itself refuses."""
    kind = Kind.registry.get(recipients.kind)
    message = _("There are no recipients %(name)s.")
    if kind is None:
        return ""
    if kind.choices is not None:
        known = {str(ref) for ref, _label in kind.choices()}
        return "" if recipients.ref in known else message % {"name": recipients}
    try:
        kind.includes(AnonymousUser(), recipients.ref)
        return "" if is_writable(recipients.ref) else message % {"name": ascii(str(recipients))}
    except Exception:  # whatever the app's question makes of it, it would fail for everybody who opens a page
        return message % {"name": recipients}


def is_writable(text: str) -> bool:
    """Whether every database takes it: JSON can carry halves of characters, and null characters."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def recipients_named(text: str) -> Recipients:
    """Those that are given as ``group:3``, or by their name as ``group:Operators``."""
    recipients = Recipients.from_text(text)
    kind = Kind.registry.get(recipients.kind)
    refs = {label: str(ref) for ref, label in kind.choices()} if kind and kind.choices else {}
    known = recipients.ref in refs.values()
    return recipients if known else recipients._replace(ref=refs.get(recipients.ref, recipients.ref))
