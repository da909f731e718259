"""What a banner must be like, wherever it comes from: one that cannot be shown would fail on every open page."""

from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from live.notices import Kind, Recipients

MAX_CHARACTERS = 1000
# Far enough from both ends of what a datetime can be that it can be counted with in every zone.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
# A month.
validate_minutes_before = MaxValueValidator(
    31 * 24 * 60, gettext_lazy("It can be announced at most %(limit_value)d minutes before its start.")
)


def validate_text(text: str) -> None:
    """It fits, and every database takes it: JSON can carry halves of characters, and null characters."""
    if len(text) > MAX_CHARACTERS:
        counts = {"count": len(text), "most": MAX_CHARACTERS}
        raise ValidationError(_("It has %(count)d characters; at most %(most)d fit.") % counts)
    if not _is_writable(text):
        raise ValidationError(_("It needs words that can be written down."))


def validate_moment(moment: datetime) -> None:
    """A date that every zone has."""
    if not EARLIEST <= moment < LATEST:
        raise ValidationError(_("It must be from 2000 up to 2999."))


def validate_recipients(text: str) -> None:
    """They are somebody, if they are of a kind that there is, which the field itself checks."""
    name, ref = Recipients.from_text(text)
    kind = Kind.registry.get(name)
    if kind is None:
        return
    try:
        if kind.choices is not None:
            known = ref in {str(choice) for choice, _label in kind.choices()}
        else:
            kind.includes(AnonymousUser(), ref)
            known = _is_writable(ref)
    except Exception:  # whatever the app's question makes of it, it would fail for everybody who opens a page
        known = False
    if not known:
        shown = text if _is_writable(text) else ascii(text)
        raise ValidationError(_("There are no recipients %(name)s.") % {"name": shown})


def _is_writable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
