"""A banner's life: made, changed, updated, ended, deleted. Every way there leads through here: the admin, the command,
the API and code.

Each step is one transaction, which also writes the audit log. With ``by`` that user must be allowed to notify the
banner's recipients; without, ``who`` names what did it.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from live import moments
from live.banners.models import Banner, BannerUpdate
from live.banners.schedule import is_over
from live.notices import Kind, may_notify, record
from live.page.access import User

# A banner whose problem is resolved ends after this, so that people can read that it is.
ENDS_AFTER_RESOLVED = timedelta(minutes=15)


def save(banner: Banner, *, by: User | None = None, who: str = "") -> Banner:
    """Make it, or change it to what it is now.

    Raises ``ValidationError`` (with a dict by field) for what cannot be, ``PermissionDenied`` for what ``by`` may not.
    A banner whose level has changed is shown again to those who had dismissed it.
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
        record("banner changed" if before else "banner made", banner.recipients, _line(banner), by=by, who=who)
    return banner


def update(banner: Banner, state: str, text: str = "", *, by: User | None = None, who: str = "") -> BannerUpdate:
    """Add to its timeline what is known now. Raises as ``save`` does, and for a banner that is over."""
    if is_over(banner, moments.now()):
        raise ValidationError(_("This banner has ended. Make a new one."))
    return save_update(BannerUpdate(banner=banner, state=state, text=text), by=by, who=who)


def save_update(update: BannerUpdate, *, by: User | None = None, who: str = "") -> BannerUpdate:
    """Add a line to the timeline, or correct one. A new one shows the banner again to those who had dismissed it;
    one that says resolved ends the banner a quarter of an hour later, unless it ends before."""
    with transaction.atomic():
        banner = Banner.objects.select_for_update().get(pk=update.banner_id)
        new = update.pk is None
        _allow(by, banner)
        update.full_clean(exclude=["banner", "by"])
        if new:
            update.by_id = getattr(by, "pk", None)
        update.save()
        if new:
            banner.dismissals.all().delete()
            ends = update.at + ENDS_AFTER_RESOLVED
            if update.state == BannerUpdate.State.RESOLVED and (banner.ends is None or banner.ends > ends):
                banner.ends = ends
                banner.save(update_fields=["ends"])
        action = "banner updated" if new else "banner update changed"
        record(action, banner.recipients, _update_line(update), by=by, who=who)
    return update


def delete_update(update: BannerUpdate, *, by: User | None = None, who: str = "") -> None:
    """Take a line out of the timeline."""
    with transaction.atomic():
        _allow(by, update.banner)
        record("banner update deleted", update.banner.recipients, _update_line(update), by=by, who=who)
        update.delete()


def end(banner: Banner, *, by: User | None = None, who: str = "") -> bool:
    """Take it off every page now; False if it had ended before."""
    with transaction.atomic():
        locked = Banner.objects.select_for_update().get(pk=banner.pk)
        _allow(by, locked)
        now = moments.now()
        if is_over(locked, now):
            return False
        locked.ends = banner.ends = now
        locked.save(update_fields=["ends"])
        record("banner ended", locked.recipients, _line(locked), by=by, who=who)
    return True


def delete(banner: Banner, *, by: User | None = None, who: str = "") -> None:
    """Forget it and its timeline. The audit log keeps what it said."""
    with transaction.atomic():
        _allow(by, banner)
        record("banner deleted", banner.recipients, _line(banner), by=by, who=who)
        banner.delete()


def may_change(user: User, banner: Banner) -> bool:
    """Whether the user may notify the banner's recipients, and so decide what they are shown."""
    return banner.recipients.kind not in Kind.registry or may_notify(user, banner.recipients)


def _allow(by: User | None, *banners: Banner) -> None:
    for banner in banners if by is not None else ():
        if not may_change(by, banner):  # type: ignore[arg-type]
            raise PermissionDenied(_("You may not notify: %(recipients)s") % {"recipients": banner.recipients.label})


def _line(banner: Banner) -> str:
    ends = banner.ends.isoformat() if banner.ends else "-"
    return f"#{banner.pk} {banner.level}: {banner.text} (from {banner.starts.isoformat()}, until {ends})"


def _update_line(update: BannerUpdate) -> str:
    return f"#{update.banner_id} {update.state}: {update.text}"
