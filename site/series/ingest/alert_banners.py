"""A banner while alerts fire: one for each group in which their sender puts them, and a few at most.

A flood of 200 alerts is one group, and one banner that says how many there are. Where senders do not group them, what
people can read bounds the banners: alerts beyond that are in their series alone, and the log says so.

A banner ends when its group is resolved. That word can be lost (alerts that are silenced are not reported as resolved),
and so it also ends a day after its group was last said to fire: senders repeat that, every 4 hours by default. A banner
that a person has ended stays ended until its group fires anew.
"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from live.api import Refused
from live.banners import lifecycle
from live.banners.models import Banner
from live.banners.schedule import is_over
from live.limited_log import LimitedLog
from series.models import AlertBanner
from series.storage.turn import take_turn

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# Open at a time, of all senders together: people have to see the board behind them.
MAX_BANNERS = 10
# A day, and how late its repetition may be.
MAX_SILENCE = timedelta(hours=25)
WHO = "series maintenance"


class Firing(NamedTuple):
    """What a banner says of a group, and since when that is so."""

    level: Banner.Level
    text: str
    starts: datetime


def show(group: str, firing: Firing, *, who: str) -> None:
    """Make the banner of a group, or change it to what is so now; nothing where that is what it says. In a transaction,
    and in the turn of one writer: see ``storage.turn``. Raises ``Refused`` where it cannot be changed.
    """
    now = timezone.now()
    known = AlertBanner.objects.select_related("banner").filter(group=group).first()
    if known is not None:
        known.heard_at = now
        known.save(update_fields=["heard_at"])
        _change(known.banner, firing, now, who)
        return
    if AlertBanner.objects.filter(Q(banner__ends=None) | Q(banner__ends__gt=now)).count() >= MAX_BANNERS:
        limited_log.warning("alerts of %s fire without a banner: %d others have one", who, MAX_BANNERS)
        return
    banner = lifecycle.save(Banner(level=firing.level, text=firing.text, starts=firing.starts), who=who)
    AlertBanner.objects.create(group=group, banner=banner, heard_at=now)


def end(group: str, *, who: str) -> None:
    """End the banner of a group, if it has one."""
    for known in AlertBanner.objects.select_related("banner").filter(group=group):
        _end(known, who)


def end_unheard(now: datetime) -> None:
    """End the banners of groups that are not said to fire any more."""
    with transaction.atomic():
        take_turn()
        for known in AlertBanner.objects.select_related("banner").filter(heard_at__lt=now - MAX_SILENCE):
            logger.warning("the banner of alerts that nobody says to fire any more is ended: %s", known)
            _end(known, WHO)


def _change(banner: Banner, firing: Firing, now: datetime, who: str) -> None:
    if is_over(banner, now) or (banner.level, banner.text) == (firing.level, firing.text):
        return
    banner.level, banner.text = firing.level, firing.text
    try:
        lifecycle.save(banner, who=who)
    except ValidationError as error:  # what else a person has made of it cannot be
        raise Refused(
            409, "conflict", f"The banner {banner.pk} cannot be changed: {' '.join(error.messages)}"
        ) from error


def _end(known: AlertBanner, who: str) -> None:
    lifecycle.end(known.banner, who=who)
    known.delete()
