"""The pieces of a page that banners are made of.

``banners`` holds those that its viewers are to see now, and differs per audience; each ``banner`` in it is one and the
same for all who see it. Its times are a fragment of their own: a countdown that changes every minute then neither swaps
the text under somebody's finger nor makes a banner that everybody has look as if nobody had it.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from live import fragment
from live.notices import audiences, schedule, text
from live.notices.audiences import Audience, AudienceError
from live.notices.models import Banner, BannerUpdate, Dismissal, Reach
from live.page.access import User

logger = logging.getLogger(__name__)

# The place of banners that are for people, on whatever page they are. Other places are audiences: "board:5".
EVERYWHERE = "everywhere"
# How many lines of a timeline are shown.
LATEST = 5
# How long a server process that says nothing is believed to have its pages.
BELIEVED = timedelta(seconds=30)


def not_over(now: datetime) -> QuerySet[Banner]:
    """Those that are to be seen now or later."""
    return Banner.objects.filter(Q(ends=None) | Q(ends__gt=now))


def seen_by(user: User) -> str:
    """``per=``: the audiences that a user is in, and the banners that they have put away.

    Asked for every open page every two seconds, and while there is no banner that is one query.
    """
    known: str | None = getattr(user, "live_banners", None)
    if known is None:
        known = user.live_banners = seen_now_by(user)  # type: ignore[union-attr]
    return known


def seen_now_by(user: User) -> str:
    """The same, asked anew: what is known of a user is kept on the object for as long as it lives, a request."""
    there = list(not_over(timezone.now()).only("level", "audience", "ends"))
    # Those that cost no question are always told, so that the first banner for them is seen at once.
    roles = audiences.roles(user) if there else _roles_without_asking(user)
    wanted = {banner.audience for banner in there} - set(roles)
    roles += sorted(name for name in wanted if _is_in(user, name))
    away: list[int] = []
    person = audiences.person(user)
    dismissible = [banner.pk for banner in there if banner.dismissible]
    if dismissible and person is not None:
        found = Dismissal.objects.filter(person=str(person), banner__in=dismissible)
        away = sorted(pk for pk in found.values_list("banner", flat=True) if pk is not None)
    return json.dumps([roles, away], separators=(",", ":"))


def _roles_without_asking(user: User) -> list[str]:
    found = [audiences.everyone]
    found += [audiences.signed_in] if user.is_authenticated else []
    found += [audiences.staff] if getattr(user, "is_staff", False) else []
    return [str(each) for each in found]


def _is_in(user: User, name: str) -> bool:
    """Whether the user is in an audience that apps define. One that fails must not take every page with it."""
    try:
        to = Audience.parse(name)
        # Those by the account have been asked, and those of a place are shown there.
        return to.kind != "group" and to.place is None and to.includes(user)
    except AudienceError:  # of an app that is not installed any more
        return False
    except Exception:
        logger.exception("who is in the audience %s could not be asked; its banners are not shown", name)
        return False


def shown(place: str, audience: str, now: datetime) -> tuple[list[Banner], datetime | None]:
    """The banners that are to be seen there now, the most severe first, and when that changes by the clock."""
    roles, away = json.loads(audience)
    names = set(roles) if place == EVERYWHERE else {place}
    there = [
        banner
        for banner in not_over(now)
        if banner.audience in names and not (banner.dismissible and banner.pk in away)
    ]
    visible = [banner for banner in there if schedule.is_shown(banner, now)]
    return sorted(visible, key=lambda banner: schedule.urgency(banner, now)), schedule.next_change(there, now)


@fragment("live/notices/banners.html#banners", per=seen_by)
def banners(place: str, audience: str) -> dict[str, Any]:
    """The banners of a place that are to be seen now."""
    visible, changes = shown(place, audience, timezone.now())
    return {"pks": [banner.pk for banner in visible], "next_change": changes}


@fragment("live/notices/banners.html#news", per=seen_by)
def banner_news(place: str, audience: str) -> dict[str, Any]:
    """What was said last, alone and without its times: for the live region that screen readers announce."""
    visible, changes = shown(place, audience, timezone.now())
    newest = BannerUpdate.objects.filter(banner__in=visible).first()
    said = {banner.pk: max(banner.created, banner.announced_at) for banner in visible}
    if newest is not None:
        said[newest.banner_id] = max(said[newest.banner_id], newest.at)
    banner = max(visible, key=lambda banner: said[banner.pk], default=None)
    update = newest if newest is not None and banner is not None and newest.banner_id == banner.pk else None
    return {"banner": banner, "update": update, "next_change": changes}


def may_see_place(user: User, place: str) -> bool:
    """Everywhere is for everybody, a place for those that it is for."""
    return place == EVERYWHERE or Audience.parse(place).includes(user)


banners.visible_to(may_see_place)
banner_news.visible_to(may_see_place)


# Without visible_to: it comes to a page only inside of ``banners``, which knows for whom it is.
@fragment("live/notices/banners.html#banner")
def banner(pk: int) -> dict[str, Any]:
    """One banner, the same for all who see it."""
    found = Banner.objects.get(pk=pk)
    return banner_context(found, found.updates.all())


def banner_context(banner: Banner, updates: Iterable[BannerUpdate]) -> dict[str, Any]:
    """What its template needs, also for one that is not saved yet."""
    timeline = [
        {"state": update.get_state_display(), "text": text.to_html(update.text), "at": schedule.clock(update.at)}
        for update in updates
    ]
    return {
        "banner": banner,
        "body": text.to_html(banner.text),
        "timeline": timeline[:LATEST],
        "earlier": max(0, len(timeline) - LATEST),
        "dismiss": dismiss_url(banner) if banner.dismissible and banner.pk else "",
    }


def dismiss_url(banner: Banner) -> str:
    """Where it is put away; empty in a project that has not included the addresses of notices."""
    try:
        return reverse("live_notices:dismiss_banner", args=[banner.pk])
    except NoReverseMatch:
        return ""


@fragment("live/notices/banners.html#when")
def banner_when(pk: int) -> dict[str, Any]:
    """A banner's times: "starts in 25 min (14:00 UTC), until 16:00 UTC"."""
    return when_context(Banner.objects.get(pk=pk), timezone.now())


def when_context(banner: Banner, now: datetime) -> dict[str, Any]:
    """What its template needs."""
    said = schedule.when(banner, now)
    return {"when": said, "next_change": said.changes}


@fragment("live/notices/banners.html#reach")
def reach(pk: int) -> dict[str, Any]:
    """How many open pages have a banner as it is now, of how many that are to: counted by receipts, every 20 s."""
    now = timezone.now()
    counts = Reach.objects.filter(banner=pk, at__gt=now - BELIEVED)
    sums = counts.aggregate(have=Sum("have"), of=Sum("of"))
    oldest = counts.order_by("at").values_list("at", flat=True).first()
    banner = Banner.objects.get(pk=pk)
    return {
        "have": sums["have"] or 0,
        "of": sums["of"] or 0,
        "shown": schedule.is_shown(banner, now),
        "next_change": min(
            filter(None, [oldest and oldest + BELIEVED, schedule.next_change([banner], now)]), default=None
        ),
    }


@reach.visible_to
def _(user: User, pk: int) -> bool:
    return user.has_perm("live_notices.view_banner") or user.has_perm("live_notices.change_banner")  # type: ignore[union-attr]
