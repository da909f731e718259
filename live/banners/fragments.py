"""The pieces of a page that banners are made of.

``banners`` holds those that its viewers are to see now, and differs per audience; each ``banner`` in it is one and the
same for all who see it. Its times are a fragment of their own: a countdown that changes every minute then neither swaps
the text under somebody's finger nor makes a banner that every page has look as if no page had it.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.urls import NoReverseMatch, reverse

from live import fragment, moments
from live.banners import schedule
from live.banners.models import EVERYWHERE, Banner, BannerUpdate, Dismissal, ReceiptCount
from live.notices import Recipients, everyone, person, roles, signed_in, staff, text_to_html
from live.page.access import User
from live.page.together import asked_together
from live.rendering.once import asked_once

MAX_TIMELINE_LINES = 5
# Of more the style sheet leaves only the most severe in sight, with the number of the others.
MAX_BANNERS_IN_SIGHT = 2
MAX_SHARED_AUDIENCES = 1000
# How long a server process that says nothing is believed to have its pages.
PROCESS_TIMEOUT = timedelta(seconds=30)


class BannerAudience(NamedTuple):
    """Who shares one rendering of banners: the recipients whom they are, and the banners that they have dismissed."""

    recipients: tuple[Recipients, ...]
    dismissed: tuple[int, ...] = ()


def not_over(now: datetime) -> QuerySet[Banner]:
    """Those that are to be seen now or later."""
    return Banner.objects.filter(Q(ends=None) | Q(ends__gt=now))


@asked_once
def coming() -> list[Banner]:
    """Those that are to be seen now or later, in no order: each page asks, and each of its fragments."""
    now = moments.now()
    zone = "" if settings.USE_TZ else settings.TIME_ZONE
    recent = _not_over_in(now.replace(minute=0, second=0, microsecond=0), zone).all()
    return [banner for banner in recent if not schedule.is_over(banner, now)]


@lru_cache(1)
def _not_over_in(hour: datetime, zone: str) -> QuerySet[Banner]:
    """Made once an hour, with moments as they are written in that zone: to make a query takes longer than to ask it."""
    return not_over(hour).order_by()


def audience_of(user: User) -> BannerAudience:
    """``per=``: asked for every open page every two seconds, in three queries for all who are asked about together."""
    audience: BannerAudience | None = getattr(user, "live_banners", None)
    if audience is None:
        audience = user.live_banners = current_audience(user)  # type: ignore[union-attr]
    return audience


def current_audience(user: User) -> BannerAudience:
    """The same, asked anew: what is known of a user is remembered on the object for as long as it lives, a request."""
    coming = banners_to_come(user)
    # Those that cost no question are always named, so that the first banner for them is seen at once.
    named = roles(user, groups=coming.any)
    named += (to for to in coming.to_ask if to.includes(user))
    dismissed = coming.dismissible and dismissed_by(user) & coming.dismissible
    return shared_audience(tuple(named), tuple(sorted(dismissed)))


# One object for all who are the same audience.
shared_audience = lru_cache(MAX_SHARED_AUDIENCES)(BannerAudience)


class BannersToCome(NamedTuple):
    """What has to be asked of each user about the banners that are not over."""

    any: bool
    # Those whom ``roles`` does not name: those for a fragment's viewers are shown with it.
    to_ask: tuple[Recipients, ...]
    dismissible: frozenset[int]


@asked_together
def banners_to_come(users: Sequence[User]) -> Iterable[BannersToCome]:
    """The same for all."""
    banners = coming()
    others = {banner.recipients for banner in banners if banner.recipients.kind != "group"}
    to_ask = sorted(to for to in others - {everyone, signed_in, staff} if to.viewers_of is None)
    dismissible = frozenset(banner.pk for banner in banners if banner.dismissible)
    return repeat(BannersToCome(bool(banners), tuple(to_ask), dismissible), len(users))


@asked_together
def dismissed_by(users: Sequence[User]) -> list[AbstractSet[int]]:
    """The banners that are not over and that each has dismissed."""
    people = [person(user) for user in users]
    by_person: dict[Recipients, set[int]] = {}
    dismissals = Dismissal.objects.filter(
        person__in={str(one) for one in people if one}, banner__in=not_over(moments.now())
    )
    for who, banner in dismissals.values_list("person", "banner"):
        by_person.setdefault(who, set()).add(banner)
    none: frozenset[int] = frozenset()
    return [by_person.get(one, none) if one else none for one in people]


def shown(region: str, audience: BannerAudience, now: datetime) -> tuple[list[Banner], datetime | None]:
    """The banners that are to be seen there now, the most severe first, and when that changes by the clock."""
    recipients = audience.recipients if region == EVERYWHERE else (Recipients.from_text(region),)
    to_come = [
        banner
        for banner in coming()
        if banner.recipients in recipients and not (banner.dismissible and banner.pk in audience.dismissed)
    ]
    visible = [banner for banner in to_come if schedule.is_shown(banner, now)]
    return sorted(visible, key=lambda banner: schedule.urgency(banner, now)), schedule.next_change(to_come, now)


def may_see_region(user: User, region: str) -> bool:
    """Everywhere is for everybody, other regions for their recipients."""
    return region == EVERYWHERE or Recipients.from_text(region).includes(user)


@fragment("live/banners/banners.html#banners", per=audience_of)
def banners(audience: BannerAudience, region: str) -> dict[str, Any]:
    """The banners of a region that are to be seen now."""
    visible, changes = shown(region, audience, moments.now())
    more = len(visible) - 1 if len(visible) > MAX_BANNERS_IN_SIGHT else 0
    return {"pks": [banner.pk for banner in visible], "more": more, "next_change": changes}


@fragment("live/banners/banners.html#announcement", per=audience_of)
def announcement(audience: BannerAudience, region: str) -> dict[str, Any]:
    """What is newest, alone and without its times: for the live region that screen readers announce."""
    visible, changes = shown(region, audience, moments.now())
    newest = BannerUpdate.objects.filter(banner__in=visible).first() if visible else None
    changed = {banner.pk: max(banner.created, banner.announced_at) for banner in visible}
    if newest is not None:
        changed[newest.banner_id] = max(changed[newest.banner_id], newest.at)
    banner = max(visible, key=lambda banner: changed[banner.pk], default=None)
    update = newest if newest is not None and banner is not None and newest.banner_id == banner.pk else None
    return {"banner": banner, "update": update, "next_change": changes}


banners.visible_to(may_see_region)
announcement.visible_to(may_see_region)
banners.is_content = announcement.is_content = False


# Without visible_to: it comes to a page only inside of ``banners``, which knows for whom it is.
@fragment(
    "live/banners/banners.html#banner",
    depends_on=[Banner, (BannerUpdate, lambda update: {"pk": update.banner_id})],
)
def banner(pk: int) -> dict[str, Any]:
    """One banner, the same for all who see it."""
    instance = Banner.objects.get(pk=pk)
    return banner_context(instance, instance.updates.all())


def banner_context(banner: Banner, updates: Iterable[BannerUpdate]) -> dict[str, Any]:
    """What its template needs, also for one that is not saved yet."""
    timeline = [
        {"state": update.get_state_display(), "text": text_to_html(update.text), "at": schedule.clock(update.at)}
        for update in updates
    ]
    return {
        "banner": banner,
        "body": text_to_html(banner.text),
        "timeline": timeline[:MAX_TIMELINE_LINES],
        "earlier": max(0, len(timeline) - MAX_TIMELINE_LINES),
        "dismiss": dismiss_url(banner) if banner.dismissible and banner.pk else "",
    }


def dismissed_id(region: str) -> str:
    """The element beside a region's banners that says what was dismissed, and takes the focus of the button."""
    return f"{banners.key(region=region).element}-dismissed"


def dismiss_url(banner: Banner) -> str:
    """Where it is dismissed; empty in a project that has not included the URLs of banners."""
    try:
        return reverse("live_banners:dismiss", args=[banner.pk])
    except NoReverseMatch:
        return ""


@fragment("live/banners/banners.html#times", depends_on=Banner)
def banner_times(pk: int) -> dict[str, Any]:
    """A banner's times: "starts in 25 min (14:00 UTC), until 16:00 UTC"."""
    return times_context(Banner.objects.get(pk=pk), moments.now())


def times_context(banner: Banner, now: datetime) -> dict[str, Any]:
    """What its template needs."""
    words = schedule.in_words(banner, now)
    return {"times": words, "next_change": words.changes}


@fragment(
    "live/banners/banners.html#receipts",
    depends_on=[Banner, (ReceiptCount, lambda count: {"pk": count.banner_id})],
)
def receipts(pk: int) -> dict[str, Any]:
    """How many open pages have a banner as it is now, of how many that are to: as pages report every 20 s."""
    now = moments.now()
    counts = ReceiptCount.objects.filter(banner=pk, at__gt=now - PROCESS_TIMEOUT)
    sums = counts.aggregate(received=Sum("received"), viewers=Sum("viewers"))
    oldest = counts.order_by("at").values_list("at", flat=True).first()
    banner = Banner.objects.get(pk=pk)
    return {
        "received": sums["received"] or 0,
        "viewers": sums["viewers"] or 0,
        "shown": schedule.is_shown(banner, now),
        "next_change": min(
            filter(None, [oldest and oldest + PROCESS_TIMEOUT, schedule.next_change([banner], now)]), default=None
        ),
    }


@receipts.visible_to
def _(user: User, pk: int) -> bool:
    return user.has_perm("live_banners.view_banner") or user.has_perm("live_banners.change_banner")  # type: ignore[union-attr]
