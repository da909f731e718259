"""What was changed, and by whom, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards import kinds
from boards.editing.merge import PREFIX
from boards.models import Board, Panel, PanelSeries, Revision


def who(revision: Revision | None) -> str:
    """Who made a change; somebody if that is not known."""
    return revision.by.get_username() if revision and revision.by else _("Somebody")


def size(width: int, height: int) -> str:
    """A panel's size."""
    columns = ngettext("%d column wide", "%d columns wide", width) % width
    rows = ngettext("%d row high", "%d rows high", height) % height
    return _("%(columns)s and %(rows)s") % {"columns": columns, "rows": rows}


def gone(board: Board, pk: int) -> str:
    """That a panel is not on the board, and who has deleted it."""
    last = Revision.objects.filter(board=board, panel_pk=pk).select_related("by").last()
    if last is None or last.before is None:
        return _("This panel is gone.")
    return _("%(who)s has deleted “%(title)s”.") % {"who": who(last), "title": last.before.get("title", "")}


def field_label(field: str, kind_name: str) -> str:
    """What a field of a snapshot is called in a form: a column, an option of the kind, or the series."""
    if field.startswith(PREFIX):
        name = field.removeprefix(PREFIX)
        known = [kinds.registry[kind_name]] if kind_name in kinds.registry else []
        options = (kind.by_name[name] for kind in [*known, *kinds.every()] if name in kind.by_name)
        return next((str(option.field.label) for option in options), name)
    columns = {column.attname: column for column in Panel._meta.concrete_fields}
    return str(columns[field].verbose_name if field in columns else PanelSeries._meta.verbose_name_plural)


def value_words(value: Any) -> str:
    """A value of a field, short enough to stand in a line."""
    if isinstance(value, list):
        return ngettext("%d series", "%d series", len(value)) % len(value)
    return _("nothing") if value in (None, "") else str(value)[:60]
