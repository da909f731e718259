"""Progress whose process is not heard of any more: killed, or on a machine that has lost its power.

A running process says every few seconds that it lives (``live.notices.progress_bar``), also while one step takes
minutes. After a few missed signs its notice says since when nothing was heard; some time later it ends, and the
activity tells so. A process that is heard of again meanwhile (its machine had slept) goes on as if nothing had been.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from live import metrics, moments
from live.hub import periodic_tasks
from live.hub.hub import Hub
from live.notices.activity import activity_changed
from live.notices.levels import level_number
from live.notices.models import Notice
from live.notices.sender import TTL, announce

logger = logging.getLogger(__name__)

# Between two signs of life of a process, and between two looks of a server for those that are missing.
BEAT_SECONDS = CHECK_SECONDS = 5.0
# Without a sign for so long a process counts as not heard of; and as ended.
SILENT_AFTER, ENDED_AFTER = timedelta(seconds=15), timedelta(seconds=60)
# Levels of a notice that has a bar: what runs, and what is not heard of (``Notice.is_silent``).
RUNNING, SILENT = level_number("info"), level_number("warning")


async def check_progress(hub: Hub) -> None:
    """A periodic task: say of each running progress whether its process is heard of."""
    await hub.ask_databases(dict.fromkeys(hub.data_contexts, check))


periodic_tasks.register(CHECK_SECONDS, check_progress)


def check(now: datetime | None = None) -> None:
    """Mark those whose process has fallen silent or is heard of again, and end those that have been silent for long."""
    now = now or moments.now()
    silent = Q(heard_at__lt=now - SILENT_AFTER)
    for notice in Notice.objects.filter(silent | Q(level=SILENT), fraction__isnull=False, heard_at__isnull=False):
        if not is_silent(notice, now):
            _change(notice, level=RUNNING)
        elif notice.cancel == Notice.Cancel.ASKED or is_silent(notice, now, ENDED_AFTER):
            end(notice)
        elif notice.level != SILENT and _change(notice, level=SILENT):
            logger.warning("progress %s has not been heard of since %s: %s", notice.pk, notice.heard_at, notice)


def cancel(notice: Notice) -> None:
    """Ask what the notice is about to stop, if it can be. It does at its next step; at once if it is silent."""
    offered = Notice.objects.filter(pk=notice.pk, cancel=Notice.Cancel.OFFERED)
    if offered.update(cancel=Notice.Cancel.ASKED, revision=F("revision") + 1, seq=None):
        notice.refresh_from_db()
        if is_silent(notice):
            end(notice)
        else:
            announce(notice.pk)


def is_silent(notice: Notice, now: datetime | None = None, after: timedelta = SILENT_AFTER) -> bool:
    """Whether it is about a process that runs, as far as it says, and has not been heard of for so long."""
    heard_at = notice.heard_at if notice.fraction is not None else None
    return heard_at is not None and heard_at < (now or moments.now()) - after


def end(notice: Notice) -> None:
    """The bar goes, and the activity tells that its process is not heard of, or that somebody has cancelled it then."""
    words = _("%(progress)s: stopped, not heard of since %(time)s")
    if notice.cancel == Notice.Cancel.ASKED:
        words = _("%(progress)s: cancelled, not heard of since %(time)s")
    text = words % {"progress": notice.text, "time": notice.last_heard}
    # It stays cancelled, should its process come back: it stops at its next step.
    if _change(notice, level=SILENT, fraction=None, text=text, expires=moments.now() + TTL):
        metrics.failures.labels("progress").inc()
        logger.warning("progress %s has ended: %s", notice.pk, text)
        activity_changed()


def _change(notice: Notice, **values: object) -> bool:
    """Change its row and announce it; not if its process or another server has been quicker."""
    same = Notice.objects.filter(pk=notice.pk, revision=notice.revision, heard_at=notice.heard_at)
    changed = same.update(**values, at=moments.now(), revision=F("revision") + 1, seq=None)
    if changed:
        announce(notice.pk)
    return bool(changed)
