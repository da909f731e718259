"""Search series for the form of a panel: by words of their names and tags, or by a selector. Each match has its newest
value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from boards.data.shown_lines import lines_of
from boards.models import PanelSeries
from boards.variables.declared import variables_of
from boards.variables.values import chosen_values
from live.charts.text import formats, moments
from series.evaluation import Chosen
from series.making import NUMBER
from series.matchers import Selector, UnknownVariable
from series.models import Series
from series.queries import QueryError, read
from series.selection import candidates
from series.selectors import SelectorError, parse, selector_of, selector_of_tagged
from series.storage.query import latest
from series.storage.states import texts_of
from series.values import Number

MAX_MATCHES = 8
# Of a selector these are shown with their values.
MAX_EXAMPLES = 4
MAX_CHARACTERS = 200
MAX_WORDS = 5
# Series among which several of one name are recognized.
MAX_CANDIDATES = 200
# Series that are read to see which of them a selector means.
MAX_READ = 500
# A value is shown with its age if it is older.
NEW_SECONDS = 10


class Match(NamedTuple):
    """What can be chosen: a selector; ``newest`` is the value and the age of a series, or what several are."""

    selector: str
    newest: str
    is_many: bool = False


def search(text: str, now: datetime) -> list[Match]:
    """The best matches of what was typed: words that are in the name or the tags, or a selector."""
    text = text.replace("\0", "").strip()[:MAX_CHARACTERS]
    selector = _selector(text)
    if selector is not None and (selector.is_prefix or "{" in text):
        meant = meant_by(selector)
        many = [Match(text, meant.how_many, is_many=True)]
        return many + _series([(one.pk, one.name, one.tags) for one in meant.series[:MAX_MATCHES]], now)
    rows = Series.objects.order_by("identity").values_list("pk", "name", "tags")
    for word in text.split()[:MAX_WORDS]:
        rows = rows.filter(identity__icontains=word)
    candidates = list(rows[:MAX_CANDIDATES])
    # What begins so comes first, and then what is called so, before what has it in a tag.
    first = text.split()[0].lower() if text else ""
    candidates.sort(key=lambda row: (not row[1].lower().startswith(first), first not in row[1].lower()))
    shown = candidates[:MAX_MATCHES]
    return _several(candidates, {name for _pk, name, _tags in shown}) + _series(shown, now)


def _selector(text: str) -> Selector | None:
    try:
        return parse(text)
    except SelectorError:
        return None


def _several(candidates: Iterable[tuple[int, str, Mapping[str, str]]], names: set[str]) -> list[Match]:
    """A selector of all series of a name that have the same tags, for each name that has several."""
    tags: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for _pk, name, some in candidates:
        if name in names:
            tags[name].append(some)
    matches = []
    for name, all_tags in tags.items():
        common = sorted(set(all_tags[0]).intersection(*all_tags))
        if len(all_tags) > 1 and common:
            text = selector_of_tagged(name, *common)
            matches.append(Match(text, meant_by(parse(text)).how_many, is_many=True))
    return matches[:MAX_EXAMPLES]


class Meant(NamedTuple):
    """The first series that a selector means, and in words how many there are."""

    series: list[Chosen]
    how_many: str


def meant_by(selector: Selector) -> Meant:
    """What a selector means, of the first ``MAX_READ`` series that it may mean: ``a*`` may be all there are."""
    rows = list(candidates(selector).values_list("pk", "name", "tags", "value_type")[: MAX_READ + 1])
    series = [
        Chosen(pk, name, tags, holds_states=value_type != NUMBER)
        for pk, name, tags, value_type in rows[:MAX_READ]
        if selector.matches(name, tags)
    ]
    if len(rows) > MAX_READ:
        return Meant(series, ngettext("at least %d matches", "at least %d match", len(series)) % len(series))
    return Meant(series, ngettext("%d matches", "%d match", len(series)) % len(series))


def _series(rows: Sequence[tuple[int, str, Mapping[str, str]]], now: datetime) -> list[Match]:
    newest = newest_in_words([pk for pk, _name, _tags in rows], now)
    return [Match(selector_of(name, dict(tags)), newest[pk]) for pk, name, tags in rows]


def newest_in_words(series_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """The newest value of each series, and how old it is."""
    newest, texts = latest(series_ids), texts_of(series_ids)
    return {pk: _newest(newest.get(pk), texts.get(pk, {}), now) for pk in series_ids}


def _newest(point: tuple[datetime, Number] | None, texts: Mapping[float, str], now: datetime) -> str:
    if point is None:
        return _("no data yet")
    time, number = point
    value = texts.get(float(number)) or formats.compact(number, "", get_language() or "en")
    age = (now - time).total_seconds()
    if age < NEW_SECONDS:
        return f"{value} · {_('now')}"
    return f"{value} · {_('%s ago') % moments.relative(age, get_language() or 'en')}"


def hint(line: PanelSeries, now: datetime) -> tuple[str, str]:
    """What a line of a form means now: how many series, if it may mean several; and their newest values."""
    if line.series is not None:
        return "", newest_in_words([line.series.pk], now)[line.series.pk]
    try:
        # Of variables what is chosen at first.
        chosen = chosen_values("", variables_of(line.panel.board.variables)) if line.panel_id else {}
        lines, more = lines_of([line], lambda selector: meant_by(parse(selector).filled(chosen)).series)
        count = meant_by(parse(read(line.query).selector).filled(chosen)).how_many
    except (QueryError, UnknownVariable):
        return "", ""
    plain = [one for one in lines if isinstance(one.key, int)][:MAX_EXAMPLES]
    newest = latest([one.key for one in plain if isinstance(one.key, int)])
    locale = get_language() or "en"
    values = [
        f"{one.name} {formats.compact(newest[one.key][1], '', locale)}"
        for one in plain
        if isinstance(one.key, int) and one.key in newest and not one.holds_states
    ]
    rest = len(lines) + more - len(values)
    if values and rest:
        values.append("…")
    return count, " · ".join([*values, _("new ones appear by themselves")])
