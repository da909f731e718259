"""In which states series were: one after the other in a window, and the worst of each day."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from boards.data.lines import Key, Line
from boards.data.sources import Source
from boards.data.windows import Window
from boards.options import STATES, thresholds_of
from boards.states import State, StateRules, parse
from live.charts.output.levels import worst
from series.freshness import LATE_AFTER_INTERVALS
from series.pauses import longest_pause

# States are merged where they do not change, and a change is worth its room.
MAX_STATE_BUCKETS = 300
DAY = timedelta(days=1)


class Run(NamedTuple):
    """A state that lasts from bucket ``first`` to before bucket ``end``, seen first at ``since``."""

    first: int
    end: int
    state: State
    since: datetime


def rules_of(source: Source) -> dict[Key, StateRules]:
    """For each line of the panel which state a value is."""
    table, _wrong = parse(source[STATES])
    thresholds = thresholds_of(source.options)
    of_numbers = StateRules(table, thresholds)
    return {
        line.key: StateRules(table, thresholds, texts) if (texts := source.texts_of(line)) else of_numbers
        for line in source.lines
    }


def level_of(source: Source, line: Line, rules: Mapping[Key, StateRules]) -> str:
    """How good or bad the newest value of a line is; empty where nobody knows, as of one that is late."""
    value = source.value(line)
    if value is None or source.is_late(line):
        return ""
    return rules[line.key].of(value).level


def newest_level(source: Source) -> str:
    """The worst level of the newest values of all lines; empty where nothing says it."""
    rules = rules_of(source)
    return worst(level_of(source, line, rules) for line in source.lines)


def runs(source: Source, within: Window, rules: Mapping[Key, StateRules]) -> list[list[Run]]:
    """For each line the states that it was in, the worst of each bucket. A state lasts until the next sample."""
    by_line = source.buckets(within, states=True)
    size = within.size
    result = []
    for shown in source.lines:
        known = [(index, sample) for index, sample in enumerate(by_line[shown.key]) if sample is not None]
        longest = longest_pause([index for index, _sample in known], shown.expectation.interval / within.step)
        usual = max(int(longest / LATE_AFTER_INTERVALS), 1)
        line: list[Run] = []
        for number, (index, sample) in enumerate(known):
            following = known[number + 1][0] if number + 1 < len(known) else size
            # After a gap nothing is known: a sample stands for as long as one does, and no longer.
            end = following if following - index <= longest else min(index + usual, size)
            # The sample before the window stands for what is before the first one in it.
            index = 0 if index < usual and not line else index
            state = rules[shown.key].worst(sample.values)
            if line and line[-1].end == index and line[-1].state == state:
                line[-1] = line[-1]._replace(end=end)
            else:
                line.append(Run(index, end, state, sample.since))
        result.append(line)
    return result


def worst_of_days(source: Source, rules: Mapping[Key, StateRules], days: int) -> list[list[str | None]]:
    """For each line the worst level of each of the last days on the board's clock, the oldest first; None without data.

    The last day is today, and so the next one begins with the clock: see ``midnight``.
    """
    if not days:
        return [[] for _line in source.lines]
    begin, end = midnight(source, 1 - days), midnight(source, 1)
    within = Window(begin.timestamp(), end.timestamp(), DAY.total_seconds(), zone=source.zone)
    by_line = source.buckets(within, states=True)
    return [[bucket and rules[key].worst(bucket.values).level for bucket in by_line[key]] for key in source.keys]


def states_of(source: Source, within: Window) -> list[list[str]]:
    """For each line the states of each bucket, as texts where it holds texts; the newest one where it is newest."""
    if not source.texts:
        return []
    result = []
    known = source.buckets(within, states=True)
    for line in source.lines:
        texts = source.texts_of(line)
        states = [
            ", ".join(text for code, text in texts.items() if code in bucket.values) if bucket else ""
            for bucket in known[line.key]
        ]
        if line.key in source.newest:
            index = within.index_of(source.newest[line.key][0].timestamp())
            if 0 <= index < within.size:
                states[index] = source.state(line)
        result.append(states)
    return result


def midnight(source: Source, days: int) -> datetime:
    """When the day begins on the board's clock that is so many days after the one that is shown."""
    return datetime.combine(source.now.astimezone(source.zone).date() + days * DAY, time(), source.zone)
