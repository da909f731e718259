"""What the form of a panel edits, as ``merge`` compares it."""

from boards.editing.merge import LINES, Snapshot
from boards.models import Panel, PanelSeries

# Of a panel, beside its options; where it stands on the board is edited there.
PANEL_COLUMNS = ("title", "kind", "editable", "repeat")
LINE_COLUMNS = ("id", "series_id", "query", "label", "category")


def edited(snapshot: Snapshot) -> Snapshot:
    """Of a snapshot as ``history`` makes it what the form edits, its lines in order."""
    options = snapshot["options"] if isinstance(snapshot["options"], dict) else {}
    lines = sorted(snapshot[LINES], key=lambda line: (line["position"], line["id"]))
    shown = [{name: line[name] for name in LINE_COLUMNS} for line in lines]
    return {name: snapshot[name] for name in PANEL_COLUMNS} | {"options": options, LINES: shown}


def sent(panel: Panel, lines: list[PanelSeries] | None, theirs: Snapshot) -> Snapshot:
    """The same of what a form says; with None for the lines it leaves them. Lines that are as they are stored by now
    are those: the answer to a form that was saved may not have come."""
    known = theirs[LINES]
    mine = known if lines is None else [{name: getattr(line, name) for name in LINE_COLUMNS} for line in lines]
    if lines is not None and [line | {"id": None} for line in mine] == [line | {"id": None} for line in known]:
        mine = known
    return {name: getattr(panel, name) for name in PANEL_COLUMNS} | {"options": panel.options, LINES: mine}


def write(panel: Panel, wanted: Snapshot) -> None:
    """Save a panel and its lines as they are wanted; lines that are not are deleted."""
    for name in (*PANEL_COLUMNS, "options"):
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
