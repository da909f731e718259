"""What stretch of time a board shows, as its address says it: ``?range=6h``, ``?from=...&to=...``, ``?at=...`` for a
moment that is over, ``?tz=...``.

An address is a view: whoever opens it sees the same, and all who look at the same share one rendering.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from boards.variables.values import pairs_of
from live.charts.axes import clock
from series.durations import DAY, duration, seconds_of
from series.samples import MAX_TIME, MIN_TIME

MIN_SECONDS, MAX_SECONDS = 60, 5 * 366 * DAY
TODAY, WEEK = "today", "week"
# Days of those that a clock says, which begin on the first of them.
CALENDAR = {TODAY: 1, WEEK: 7}
MICROSECONDS_OF_MILLISECOND = 1000
# 1970-01-01 was a Thursday.
DAYS_FROM_MONDAY_TO_THURSDAY = 3
# Files beside those of the zones, which browsers do not know, or not all of them.
NO_ZONES = {"Factory", "localtime"}


@cache
def zone_names() -> frozenset[str]:
    """The names of all time zones. To find them takes many files."""
    return frozenset(available_timezones() - NO_ZONES)


class Stretch(NamedTuple):
    """A view at a moment. ``now`` is the moment that is shown; ``is_live``: and so it goes on.

    ``seconds`` is how far each panel reaches back from its newest point, 0 for as far as it says itself. With ``start``
    and ``end`` all panels show that time.
    """

    zone: tzinfo
    now: datetime
    is_live: bool = True
    seconds: float = 0.0
    start: datetime | None = None
    end: datetime | None = None


class View(NamedTuple):
    """What a board is asked to show, in texts, as fragments take it. ``View()`` is the board's own.

    ``range``: ``6h``, ``today``, ``week``, or two moments with a slash between them; the board's own if empty. ``at``:
    a moment in the past, at which the board is shown as it was then. ``tz``: the time zone, the board's if empty.
    ``values``: those of the board's variables (``boards.variables.values``). Moments are in UTC.
    """

    range: str = ""
    at: str = ""
    tz: str = ""
    values: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str], zone: tzinfo, now: datetime) -> "View":
        """As an address asks for it, but for variables; moments without an offset are on the clock of ``tz``, or of the
        board's zone.

        Raises ``ValidationError`` for what cannot be shown.
        """
        tz, at, text = query.get("tz", ""), query.get("at", ""), query.get("range", "")
        if tz and tz not in zone_names():
            raise ValidationError(_("“%(name)s” is no time zone; one looks like Europe/Berlin.") % {"name": tz[:40]})
        zone = ZoneInfo(tz) if tz else zone
        if "from" in query or "to" in query:
            text = "/".join(_moment(query.get(name, ""), zone) for name in ("from", "to"))
        if at:
            at = _moment(at, zone, now)
        if at and datetime.fromisoformat(at) > now:
            raise ValidationError(_("What was at a time in the future is not known yet."))
        return cls(check_range(text), at, tz)

    @property
    def query(self) -> str:
        """The same as the end of an address; empty for the board's own."""
        return f"?{self._parameters()}" if any(self) else ""

    @property
    def more_query(self) -> str:
        """The same behind other parameters of an address."""
        return f"&{self._parameters()}" if any(self) else ""

    def _parameters(self) -> str:
        own = urlencode({name: text for name, text in self.fields() if name != "values"}, safe="/:")
        return "&".join(filter(None, (own, self.values)))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of variables, for a form."""
        return pairs_of(self.values)

    def fields(self) -> list[tuple[str, str]]:
        """What is not the board's own, by its name."""
        return [(name, text) for name, text in self._asdict().items() if text]

    def stretch(self, zone: tzinfo, default: str, now: datetime) -> Stretch:
        """With the zone and the range of the board; of a range that is none its panels show their own."""
        zone = ZoneInfo(self.tz) if self.tz else zone
        moment = min(datetime.fromisoformat(self.at), now) if self.at else now
        text = check_range(self.range) or range_or_none(default)
        stretch = Stretch(zone, moment, not self.at)
        if not text:
            return stretch
        if text in CALENDAR:
            start, end = _calendar(text, zone, moment)
        elif "/" in text:
            start, end = map(datetime.fromisoformat, text.split("/"))
        else:
            return stretch._replace(seconds=seconds_of(text))
        stretch = stretch._replace(start=start, end=end, seconds=(end - start).total_seconds())
        # Of a time that is over all is shown as it was at its end.
        return stretch if moment < end else stretch._replace(now=end, is_live=False)


def check_range(text: str) -> str:
    """A range, in one way of writing: ``6h`` for ``6 h`` and ``360 min``. Raises ``ValidationError``."""
    if not text or text in CALENDAR:
        return text
    if "/" in text:
        parts = [_moment(part, UTC) for part in text.split("/", 1)]
        start, end = map(datetime.fromisoformat, parts)
        if end <= start:
            raise ValidationError(_("The range must end after it begins."))
        _check_length((end - start).total_seconds())
        return "/".join(parts)
    seconds = _seconds(text)
    _check_length(seconds)
    return duration(seconds).replace(" ", "")


def range_or_none(text: str) -> str:
    """The range that a board has of its own, in one way of writing; empty for none."""
    try:
        return check_range(text)
    except ValidationError:  # a program can store what the admin refuses
        return ""


def validate_range(text: str) -> None:
    """Raise ``ValidationError`` for what is no range."""
    check_range(text)


def _calendar(text: str, zone: tzinfo, moment: datetime) -> tuple[datetime, datetime]:
    """The day or the week that holds a moment, on the clock of a zone."""
    days = CALENDAR[text]
    today = clock.bucket_start(moment.timestamp(), DAY, zone)
    if days == CALENDAR[WEEK]:
        today -= (today // DAY + DAYS_FROM_MONDAY_TO_THURSDAY) % days * DAY
    start, end = (datetime.fromtimestamp(clock.instant(at, zone), UTC) for at in (today, today + days * DAY))
    return start, end


def _check_length(seconds: float) -> None:
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        words = _("A range must be %(least)s to %(most)s long.")
        raise ValidationError(words % {"least": duration(MIN_SECONDS), "most": duration(MAX_SECONDS)})


def _seconds(text: str) -> float:
    try:
        return seconds_of(text.strip())
    except (ValueError, OverflowError):
        words = _("“%(text)s” is not a range; one looks like 6h, 7d, today or week.")
        raise ValidationError(words % {"text": text[:40]}) from None


def _moment(text: str, zone: tzinfo, now: datetime | None = None) -> str:
    """A moment, in UTC. Without an offset it is on the clock of the zone; ``-15min`` is so long before ``now``."""
    try:
        if now is not None and text.startswith("-"):
            moment = (now - timedelta(seconds=_seconds(text[1:]))).replace(microsecond=0)
        # In an address + may stand for a space.
        elif parsed := parse_datetime(text.replace(" ", "+") if "T" in text else text):
            moment = parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
        else:
            raise ValueError(text)
        if not MIN_TIME <= moment < MAX_TIME:  # no point is there, and steps beside it may be no moments at all
            raise ValueError(text)
        return text_of(moment)
    except (ValueError, OverflowError):
        words = _("“%(text)s” is not a moment; one looks like 2026-11-25T03:12.")
        raise ValidationError(words % {"text": text[:40]}) from None


def text_of(moment: datetime) -> str:
    """A moment as an address has it: in UTC, with milliseconds where it has any."""
    precision = "milliseconds" if moment.microsecond >= MICROSECONDS_OF_MILLISECOND else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"
