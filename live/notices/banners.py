"""A banner's life: made, changed, updated, ended, deleted. Every way there leads through here: the admin, the command,
the API and code.

Each step is one transaction, which also writes the audit trail. With ``by`` that user must be allowed to tell the
banner's audience; without, ``who`` names what did it.
"""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from live.notices import rules
from live.notices.audiences import Audience, AudienceError
from live.notices.banner_checks import LONGEST, is_writable
from live.notices.models import Banner, BannerUpdate
from live.notices.schedule import is_over
from live.page.access import User

# A banner whose problem is resolved goes after this, so that people can read that it is.
GOES_AFTER = timedelta(minutes=15)


def save(banner: Banner, *, by: User | None = None, who: str = "") -> Banner:
    """Make it, or change it to what it now says.

    Raises ``ValidationError`` (with a dict by field) for what cannot be, ``PermissionDenied`` for what ``by`` may not.
    A banner whose level has changed is shown again to those who had put it away.
    """
    with transaction.atomic():
        before = Banner.objects.select_for_update().filter(pk=banner.pk).first() if banner.pk else None
        _allow(by, banner, *([before] if before else []))
        banner.full_clean(exclude=["by"])
        if before is None:
            banner.by_id = getattr(by, "pk", None)
        banner.save()
        if before is not None and before.level != banner.level:
            banner.dismissals.all().delete()
        _audit("banner changed" if before else "banner made", banner, _line(banner), by, who)
    return banner


def update(banner: Banner, state: str, text: str = "", *, by: User | None = None, who: str = "") -> BannerUpdate:
    """Add to its timeline what is known now. Raises as ``save`` does, and for a banner that is over."""
    if is_over(banner, timezone.now()):
        raise ValidationError(_("This banner has ended. Make a new one."))
    return save_update(BannerUpdate(banner=banner, state=state, text=text), by=by, who=who)


def save_update(update: BannerUpdate, *, by: User | None = None, who: str = "") -> BannerUpdate:
    """Add a line to the timeline, or correct one. A new one shows the banner again to those who had put it away;
    one that says resolved lets the banner go a quarter of an hour later, unless it ends before."""
    with transaction.atomic():
        banner = Banner.objects.select_for_update().get(pk=update.banner_id)
        new = update.pk is None
        _allow(by, banner)
        update.full_clean(exclude=["banner", "by"])
        if len(update.text) > LONGEST or not is_writable(update.text):
            raise ValidationError(
                {"text": _("It must be at most %(most)d characters that can be written down.") % {"most": LONGEST}}
            )
        if new:
            update.by_id = getattr(by, "pk", None)
        update.save()
        if new:
            banner.dismissals.all().delete()
            goes = update.at + GOES_AFTER
            if update.state == BannerUpdate.State.RESOLVED and (banner.ends is None or banner.ends > goes):
                banner.ends = goes
                banner.save(update_fields=["ends"])
        done = "banner updated" if new else "banner update changed"
        _audit(done, banner, f"#{banner.pk} {update.state}: {update.text}", by, who)
    return update


def delete_update(update: BannerUpdate, *, by: User | None = None, who: str = "") -> None:
    """Take a line out of the timeline."""
    with transaction.atomic():
        _allow(by, update.banner)
        _audit("banner update deleted", update.banner, f"#{update.banner_id} {update.state}: {update.text}", by, who)
        update.delete()


def end(banner: Banner, *, by: User | None = None, who: str = "") -> bool:
    """Take it off every page now; False if it had ended before."""
    with transaction.atomic():
        locked = Banner.objects.select_for_update().get(pk=banner.pk)
        _allow(by, locked)
        now = timezone.now()
        if is_over(locked, now):
            return False
        locked.ends = banner.ends = now
        locked.save(update_fields=["ends"])
        _audit("banner ended", locked, _line(locked), by, who)
    return True


def delete(banner: Banner, *, by: User | None = None, who: str = "") -> None:
    """Forget it and its timeline. The audit trail keeps what it said."""
    with transaction.atomic():
        _allow(by, banner)
        _audit("banner deleted", banner, _line(banner), by, who)
        banner.delete()


def may_change(user: User, banner: Banner) -> bool:
    """Whether the user may tell the banner's audience, and so decide what is said to it."""
    try:
        return rules.may_tell(user, banner.to)
    except AudienceError:  # of an app that is not installed any more: nobody is told
        return True


def _allow(by: User | None, *banners: Banner) -> None:
    for banner in banners if by is not None else ():
        if not may_change(by, banner):  # type: ignore[arg-type]
            raise PermissionDenied(_("You may not tell %(audience)s.") % {"audience": label(banner)})


def label(banner: Banner) -> str:
    """Its audience in words."""
    try:
        return banner.to.label
    except AudienceError:
        return banner.audience


def _line(banner: Banner) -> str:
    said: dict[str, Any] = {"from": banner.starts.isoformat(), "until": banner.ends.isoformat() if banner.ends else "-"}
    return f"#{banner.pk} {banner.level}: {banner.text} ({', '.join(f'{name} {at}' for name, at in said.items())})"


def _audit(action: str, banner: Banner, text: str, by: User | None, who: str) -> None:
    kind, _colon, ref = banner.audience.partition(":")
    rules.audit(action, Audience(kind, ref), text, by=by, who=who)
