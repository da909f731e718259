"""What the form of a panel edits, as ``merge`` compares it, and what each field of it is called and says in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from boards import kinds
from boards.editing.merge import PREFIX, Snapshot
from boards.models import Panel, PanelSeries
from series.models import Series
from series.queries import QueryError, read
from series.selectors import selector_of

# Of a panel, beside its options; where it stands on the board is edited there.
COLUMNS = ("title", "kind", "editable")
LINE_COLUMNS = ("id", "series_id", "query", "label", "category")
LINES = "lines"


def edited(snapshot: Snapshot) -> Snapshot:
    """Of a snapshot as ``history`` makes it what the form edits, its lines in order."""
    options = snapshot["options"] if isinstance(snapshot["options"], dict) else {}
    lines = sorted(snapshot[LINES], key=lambda line: (line["position"], line["id"]))
    shown = [{name: line[name] for name in LINE_COLUMNS} for line in lines]
    return {name: snapshot[name] for name in COLUMNS} | {"options": options, LINES: shown}


def sent(panel: Panel, lines: list[PanelSeries], theirs: Snapshot) -> Snapshot:
    """The same of what a form says. Lines that are as they are stored by now are those: the answer to a form that was
    saved may not have come."""
    mine = [{name: getattr(line, name) for name in LINE_COLUMNS} for line in lines]
    known = theirs[LINES]
    if [line | {"id": None} for line in mine] == [line | {"id": None} for line in known]:
        mine = known
    return {name: getattr(panel, name) for name in COLUMNS} | {"options": panel.options, LINES: mine}


def write(panel: Panel, wanted: Snapshot) -> None:
    """Save a panel and its lines as they are wanted; lines that are not are deleted."""
    for name in (*COLUMNS, "options"):
        setattr(panel, name, wanted[name])
    panel.save()
    stored = {line.pk: line for line in panel.lines.all()}
    for pk in stored.keys() - {line["id"] for line in wanted[LINES]}:
        stored[pk].delete()
    # Two lines may change places, and between the first and the second of them no series is twice on the panel.
    changed = [
        one["id"] for one in wanted[LINES] if one["id"] in stored and one["series_id"] != stored[one["id"]].series_id
    ]
    PanelSeries.objects.filter(pk__in=changed).update(series=None, query={})
    for position, values in enumerate(wanted[LINES]):
        line = stored.get(values["id"]) or PanelSeries(panel=panel)
        before = line.pk, line.position, *(getattr(line, name) for name in LINE_COLUMNS)
        line.position = position
        for name in LINE_COLUMNS[1:]:
            setattr(line, name, values[name])
        if line.pk is None or before != (line.pk, line.position, *(getattr(line, name) for name in LINE_COLUMNS)):
            line.save()


def text_of_series(line: PanelSeries) -> str:
    """What somebody types for the series of a line: a selector."""
    if line.series is not None:
        return selector_of(line.series.name, line.series.tags)
    try:
        return read(line.query).selector if line.query is not None else ""
    except QueryError:
        return ""


def label_of(name: str, kind_name: object) -> str:
    """What a field is called, in a form and in a conflict."""
    if name == LINES:
        return _("Series")
    if name in COLUMNS:
        return str(Panel._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]
    option = _option(name, kind_name)
    return str(option.field.label) if option else name.removeprefix(PREFIX)


def words_of(name: str, value: Any, kind_name: object) -> str:
    """What a field says, as a form shows it."""
    if name == LINES:
        return ", ".join(_words_of_line(line) for line in value or ()) or _("none")
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "kind":
        return str(kinds.registry[value].label) if value in kinds.registry else str(value)
    option = _option(name, kind_name)
    if option is None:
        return str(value)
    choices = dict(getattr(option.field, "choices", ()))
    return str(choices.get(value) or option.field.prepare_value(value))


def _words_of_line(values: Mapping[str, Any]) -> str:
    series = Series.objects.filter(pk=values["series_id"]).first() if values["series_id"] else None
    line = PanelSeries(series=series, query=values["query"], label=values["label"])
    return " ".join(filter(None, (line.label, text_of_series(line) or line.name)))


def _option(name: str, kind_name: object) -> Any:
    own = [kind for kind in kinds.every() if kind.name == kind_name]
    options = (kind.by_name.get(name.removeprefix(PREFIX)) for kind in (*own, *kinds.every()))
    return next(filter(None, options), None)
