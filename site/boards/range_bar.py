"""The links above a board: to other ranges, back in time and forth, and back to now."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from boards.models import Board
from boards.ranges import TODAY, WEEK, Stretch, View, text_of
from live.charts.text import moments
from series.durations import duration, seconds_of

# One click away, and those behind Custom.
RANGES = ("1h", "6h", "24h", "7d", "30d")
MORE_RANGES = ("15min", TODAY, WEEK, "365d")
# How far the arrows go where panels show stretches of their own.
DEFAULT_STEP_SECONDS = 3600
STEPS_SECONDS = (3600, 900, 60)
# Keys, back and forth. No access keys: the links are in a menu that may be closed, where nobody sees what is followed.
KEYS = {-3600: "j", -60: ",", 60: ".", 3600: "k"}


class Link(NamedTuple):
    """``query`` is the end of an address, ``key`` the key that follows the link."""

    words: str
    query: str
    is_current: bool = False
    key: str = ""


class Bar(NamedTuple):
    """What the template shows. ``earlier`` and ``later`` are as far away as the range is long; nothing is later than
    now. ``then`` is the moment that is shown, in words, where that is not now.
    """

    ranges: list[Link]
    more: list[Link]
    custom: str
    earlier: Link
    later: Link | None
    back: list[Link]
    forth: list[Link]
    live: Link
    then: str
    zone: str
    start: str
    end: str


def bar(board: Board, view: View, now: datetime) -> Bar:
    """The bar above a board that is looked at in this view."""
    stretch = view.stretch(board.zone, board.range, now)
    own = Link(_("Default"), view._replace(range="").query, not view.range)
    links, more = (
        [Link(_name(text), view._replace(range=text).query, (view.range or board.range) == text) for text in texts]
        for texts in (RANGES, MORE_RANGES)
    )
    more.insert(0, own)
    # What is chosen, where that is none of the links that are always in sight.
    custom = "" if any(link.is_current for link in (*links, own)) else _name(view.range)
    length = stretch.seconds or DEFAULT_STEP_SECONDS
    live = Link(_("Live"), view._replace(at="", range="" if "/" in view.range else view.range).query)
    back = [_step(view, stretch.now, -seconds, now) for seconds in STEPS_SECONDS]
    forth = [_step(view, stretch.now, seconds, now) for seconds in reversed(STEPS_SECONDS)]
    language = get_language() or "en"
    words = (moments.moment(stretch.now.timestamp(), stretch.zone, part, language) for part in ("day", "s"))
    ends = [at.astimezone(stretch.zone).strftime("%Y-%m-%dT%H:%M") if at else "" for at in (stretch.start, stretch.end)]
    return Bar(
        links,
        more,
        custom,
        _shift(view, stretch, -length, now),
        None if stretch.is_live else _shift(view, stretch, length, now),
        back,
        [] if stretch.is_live else forth,
        live,
        "" if stretch.is_live else " ".join(words),
        view.tz or board.time_zone,
        *ends,
    )


def _name(text: str) -> str:
    if "/" in text:
        return _("From … to")
    names = {TODAY: _("Today"), WEEK: _("This week"), "365d": _("1 year")}
    return names.get(text) or duration(seconds_of(text))


def _shift(view: View, stretch: Stretch, seconds: float, now: datetime) -> Link:
    """To the stretch beside the one that is shown."""
    length = duration(abs(seconds))
    words = (_("%(length)s earlier") if seconds < 0 else _("%(length)s later")) % {"length": length}
    if "/" not in view.range or stretch.start is None or stretch.end is None:
        return _step(view, stretch.now, seconds, now)._replace(words=words, key="")
    ends = (text_of(end + timedelta(seconds=seconds)) for end in (stretch.start, stretch.end))
    return Link(words, view._replace(range="/".join(ends), at="").query)


def _step(view: View, shown: datetime, seconds: float, now: datetime) -> Link:
    """To a moment so many seconds later, or before; what would be in the future is now."""
    at = (shown + timedelta(seconds=seconds)).replace(microsecond=0)
    sign = "\N{MINUS SIGN}" if seconds < 0 else "+"
    text = "" if at >= now else text_of(at)
    range_ = "" if "/" in view.range else view.range
    query = view._replace(range=range_, at=text).query
    return Link(f"{sign}{duration(abs(seconds))}", query, key=KEYS.get(int(seconds), ""))
