"""In which state each series was, from when to when."""

from django.utils.translation import gettext_lazy

from boards.common_options import STATES, THRESHOLDS, WINDOW
from boards.kinds import Group, Kind, register
from boards.sources import Source, window
from boards.state_history import MAX_STATE_BUCKETS, Run, rules_of, runs
from boards.windows import Window
from live import charts


@register
class Timeline(Kind):
    name, label, group = "timeline", gettext_lazy("state timeline"), Group.STATUS
    options = (WINDOW, *THRESHOLDS, STATES)
    window_in_caption = True

    def chart(self, source: Source) -> charts.Chart:
        """A row for each series, the worst state of each bucket; what follows the same is one span with it."""
        within = window(source, max_buckets=MAX_STATE_BUCKETS)
        rows = zip(source.names(), runs(source, within, rules_of(source)), strict=True)
        return charts.timeline(
            {name: [_span(within, run) for run in line] for name, line in rows},
            start=within.start,
            end=within.end,
            zone=source.zone,
            now=source.until,
            title=source.title,
            locale=source.locale,
        )


def _span(within: Window, run: Run) -> charts.Span:
    return charts.Span(within.at(run.first), within.at(run.end), run.state.level, run.state.word)
