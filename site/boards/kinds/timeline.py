"""In which state each series was, from when to when."""

from django.utils.translation import gettext_lazy as _

from boards.data.sources import Source
from boards.data.state_history import MAX_STATE_BUCKETS, newest_level, rules_of, runs
from boards.kinds import Group, Kind
from boards.options import FIXED_WINDOW, STATES, THRESHOLDS, WINDOW
from boards.states import State
from live import charts

# Of states that are neither good nor bad, such as open and closed: of series, as far as no two are alike.
COLOURS = ("s1", "s2", "s3", "s4", "s5", "s6")


class Timeline(Kind):
    name, label, group = "timeline", _("state timeline"), Group.STATUS
    symbol = "M3 7h7M14 7h7M3 12h3M10 12h11M3 17h11M18 17h3"
    options = (WINDOW, FIXED_WINDOW, *THRESHOLDS, STATES)

    def level(self, source: Source) -> str:
        return newest_level(source)

    def chart(self, source: Source) -> charts.Chart:
        """A row for each series, the worst state of each bucket; what follows the same is one span with it."""
        within = source.window(max_buckets=MAX_STATE_BUCKETS)
        rules = rules_of(source)
        words = sorted({word for rule in rules.values() for word in rule.unjudged})
        colours = {State(word, "off"): COLOURS[number % len(COLOURS)] for number, word in enumerate(words)}
        rows = [
            [
                charts.Span(
                    within.at(run.first), within.at(run.end), colours.get(run.state, run.state.level), run.state.word
                )
                for run in line
            ]
            for line in runs(source, within, rules)
        ]
        return charts.timeline(
            dict(zip(source.names(), rows, strict=True)),
            start=within.start,
            end=within.end,
            zone=source.zone,
            now=source.until,
            title=source.title,
            locale=source.locale,
        )
