"""What was changed, and by whom, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards import kinds
from boards.editing.merge import LINES, PREFIX
from boards.kinds import Kind
from boards.models import Board, Panel, PanelSeries, Revision
from boards.options import Option
from series.models import Series
from series.queries import QueryError, read
from series.selectors import selector_of

# Of a value, as it stands in a message.
MAX_CHARACTERS = 60


def title_of(kind: Kind) -> str:
    """The title of a new panel of a kind, until somebody gives it another one."""
    return capfirst(str(kind.label))


def who(revision: Revision | None) -> str:
    """Who made a change; somebody if that is not known."""
    return revision.by.get_username() if revision and revision.by else _("Somebody")


def size(width: int, height: int) -> str:
    """A panel's size."""
    columns = ngettext("%d column wide", "%d columns wide", width) % width
    rows = ngettext("%d row high", "%d rows high", height) % height
    return _("%(columns)s and %(rows)s") % {"columns": columns, "rows": rows}


def deletion(board: Board, pk: int) -> Revision | None:
    """By whom and when a panel was deleted; None if that is not known, as of one that is on another board now."""
    last = Revision.objects.filter(board=board, panel_pk=pk).select_related("by").last()
    return last if last and last.after is None else None


def gone(board: Board, pk: int) -> str:
    """That a panel is not on the board, and who has deleted it."""
    last = deletion(board, pk)
    if last is None or last.before is None:
        return _("This panel is gone.")
    return _("%(who)s has deleted “%(title)s”.") % {"who": who(last), "title": last.before.get("title", "")}


def label_of(field: str, kind_name: str) -> str:
    """What a field of a snapshot is called: a column, an option of the kind, or the series."""
    if field == LINES:
        return _("Series")
    if field.startswith(PREFIX):
        option = _option(field, kind_name)
        return str(option.field.label) if option else field.removeprefix(PREFIX)
    columns = {column.attname: column for column in Panel._meta.concrete_fields}
    return capfirst(str(columns[field].verbose_name))


def words_of(field: str, value: Any, kind_name: str) -> str:
    """A value of a field as a form shows it, short enough to stand in a line."""
    return Truncator(_words_of(field, value, kind_name)).chars(MAX_CHARACTERS)


def _words_of(field: str, value: Any, kind_name: str) -> str:
    if field == LINES:
        return ", ".join(_words_of_line(line) for line in value or ()) or _("none")
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "kind":
        return str(kinds.registry[value].label) if value in kinds.registry else str(value)
    option = _option(field, kind_name)
    if option is None:
        return str(value)
    choices = dict(getattr(option.field, "choices", ()))
    return str(choices.get(value) or option.field.prepare_value(value))


def _words_of_line(values: Mapping[str, Any]) -> str:
    series = Series.objects.filter(pk=values["series_id"]).first() if values["series_id"] else None
    line = PanelSeries(series=series, query=values["query"], label=values["label"])
    return " ".join(filter(None, (line.label, text_of_series(line) or line.name)))


def text_of_series(line: PanelSeries) -> str:
    """What somebody types for the series of a line: a selector."""
    if line.series is not None:
        return selector_of(line.series.name, line.series.tags)
    try:
        return read(line.query).selector if line.query is not None else ""
    except QueryError:
        return ""


def _option(field: str, kind_name: str) -> Option[Any] | None:
    """The option of the kind, or of another one that has it."""
    own = [kind for kind in kinds.every() if kind.name == kind_name]
    options = (kind.by_name.get(field.removeprefix(PREFIX)) for kind in (*own, *kinds.every()))
    return next(filter(None, options), None)
