"""Make boards what a document says. Panels that are the same, by their keys, stay the same: open pages, links and
pictures of them go on."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import Group
from django.db import transaction

from boards import kinds
from boards.documents.canonical import Document, canonical, colours_of, query_data, stored_value
from boards.documents.check import boards_in, check, user_named
from boards.documents.columns import GROUPS, OWNER, columns_of
from boards.documents.export import document_of
from boards.documents.keys import keys_of
from boards.documents.positions import positions_of
from boards.documents.problems import Problem
from boards.documents.series import read_series
from boards.editing.history import recording
from boards.models import Board, Panel, PanelSeries
from live.page.access import User
from series.models import Series
from series.queries import read
from series.samples import identity_of


class Invalid(ValueError):
    """A document cannot be applied; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Applied(NamedTuple):
    """A board, and whether anything of it has changed. ``before`` is None if it was not there."""

    board: Board
    before: Document | None
    after: Document

    @property
    def has_changed(self) -> bool:
        return self.before != self.after


@transaction.atomic
def apply(document: object, user: User) -> list[Applied]:
    """Make the boards of a document, or change those that have their addresses, all or none. Each changed panel is in
    the history, by this user. Raises ``Invalid``. Who may do so is for the caller to ask."""
    if problems := check(document):
        raise Invalid(problems)
    assert isinstance(document, dict)
    return [_apply(canonical(board), user) for _path, board in boards_in(document)]


def _apply(wanted: Document, user: User) -> Applied:
    board = Board.objects.select_for_update().filter(slug=wanted["address"]).first()
    before = document_of(board) if board else None
    board = board or Board()
    if before == wanted:
        return Applied(board, before, wanted)
    _set(board, Board, wanted)
    board.variables = wanted.get("variables", [])
    board.owner = user_named(wanted[OWNER]) if OWNER in wanted else None
    board.save()
    for name in GROUPS:
        getattr(board, name).set(Group.objects.filter(name__in=wanted.get(name, [])))
    with recording(user, board.pk):
        _panels(board, (before or {}).get("panels", []), wanted.get("panels", []))
    return Applied(board, before, document_of(board))


def _set(row: Any, model: type[Any], wanted: Mapping[str, Any]) -> None:
    """Set the columns of a row; what a document does not say is as it is by itself."""
    for name, field in columns_of(model).items():
        setattr(row, field.attname, wanted.get(name, field.get_default()))


def _panels(board: Board, before: Sequence[Document], wanted: Sequence[Document]) -> None:
    panels = list(board.panels.prefetch_related("lines__series"))
    stored = dict(zip(keys_of([(panel.key, panel.title) for panel in panels]), panels, strict=True))
    documents = {document["key"]: document for document in before}
    for key in stored.keys() - {document["key"] for document in wanted}:
        stored[key].delete()
    positions = positions_of([stored[one["key"]].position if one["key"] in stored else None for one in wanted])
    for document, position in zip(wanted, positions, strict=True):
        panel = stored.get(document["key"]) or Panel(board=board)
        if panel.position == position and documents.get(document["key"]) == document:
            continue
        panel.position = position
        _set(panel, Panel, document)
        own = kinds.registry[panel.kind].by_name
        known = {name: option for one in kinds.every() for name, option in one.by_name.items()} | own
        options = document.get("options", {})
        panel.options = {name: stored_value(known[name], value) for name, value in options.items()}
        panel.save()
        _lines(panel, documents.get(document["key"], {}).get("lines", []), document.get("lines", []))


def _lines(panel: Panel, before: Sequence[Document], wanted: Sequence[Document]) -> None:
    """A line of the same series or the same query stays the same."""
    lines: dict[str, list[PanelSeries]] = {}
    for line, document in zip(panel.lines.all(), before, strict=True):
        lines.setdefault(_shown(document), []).append(line)
    kept = [lines[_shown(one)].pop(0) if lines.get(_shown(one)) else PanelSeries(panel=panel) for one in wanted]
    for line in (line for rest in lines.values() for line in rest):
        line.delete()
    ids = _series_ids(wanted)
    for position, (line, document, colour) in enumerate(zip(kept, wanted, colours_of(wanted), strict=True)):
        line.series_id = ids[_shown(document)] if "series" in document else None
        line.query = None if "series" in document else read(query_data(document["query"])).json()
        _set(line, PanelSeries, document | {"colour": colour})
        line.position = position
        line.save()
        # What is new gets a colour if it has none.
        if line.colour != colour:
            PanelSeries.objects.filter(pk=line.pk).update(colour=colour)


def _shown(document: Document) -> str:
    return json.dumps([document.get("series"), document.get("query")], sort_keys=True)


def _series_ids(lines: Sequence[Document]) -> dict[str, int]:
    """The series of some lines; those that there are not yet are made, and wait for their first points."""
    labels = {_shown(line): read_series(line["series"]) for line in lines if "series" in line}
    identities = {shown: identity_of(*label) for shown, label in labels.items()}
    ids = Series.objects.ids_of(set(identities.values()))
    missing = {identities[shown]: label for shown, label in labels.items() if identities[shown] not in ids}
    ids |= Series.objects.make(missing)
    return {shown: ids[identity] for shown, identity in identities.items()}
