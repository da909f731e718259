"""What happens to banners, in the activity: their starts, their updates and their ends."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from live.banners.models import Banner, BannerUpdate
from live.notices import EventKind, text_to_html

# A banner's level, as that of a notice.
LEVELS = {"info": "info", "maintenance": "info", "degraded": "warning", "outage": "error"}


def _banners() -> QuerySet[Banner]:
    # One that was ended before it began has never been.
    return Banner.objects.filter(Q(ends=None) | Q(ends__gt=F("starts"))).select_related("by")


def _updates() -> QuerySet[BannerUpdate]:
    return BannerUpdate.objects.select_related("by", "banner")


def _start(banner: Banner) -> dict[str, Any]:
    return _event(LEVELS.get(banner.level, "info"), _summary(banner), banner.by)


def _end(banner: Banner) -> dict[str, Any]:
    return _event("success", _("Over: %(banner)s") % {"banner": _summary(banner)}, None)


def _update(update: BannerUpdate) -> dict[str, Any]:
    resolved = update.state == BannerUpdate.State.RESOLVED
    text = f"{capfirst(update.get_state_display())}. {update.text}\n{_summary(update.banner)}"
    return _event("success" if resolved else LEVELS.get(update.banner.level, "info"), text, update.by)


def _summary(banner: Banner) -> str:
    # Of information the event's own level says so.
    is_named = banner.level != Banner.Level.INFO
    return f"{capfirst(banner.get_level_display())}: {banner.text}" if is_named else banner.text


def _event(level: str, text: str, by: Any) -> dict[str, Any]:
    return {"level": level, "body": text_to_html(text), "who": by.get_username() if by else "", "link": ""}


EventKind("start", _banners, "starts", _start)
EventKind("end", _banners, "ends", _end)
EventKind("update", _updates, "at", _update, recipients="banner__recipients")
