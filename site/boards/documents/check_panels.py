"""Check the panels of a document: what their kinds take, and which lines they can have."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from boards import kinds
from boards.data.line_colours import MAX_COLOURS
from boards.documents.canonical import query_data, stored_value
from boards.documents.columns import LINE_PARTS, PANEL_PARTS, columns_of
from boards.documents.problems import Path, Problem, instead, quoted
from boards.documents.series import SeriesError, read_series
from boards.documents.shapes import NOT_ALLOWED, column_problems, items, unknown_names, wrong_type
from boards.models import Panel, PanelSeries
from boards.options import Option
from series.durations import DurationField
from series.matchers import UnknownVariable
from series.queries import QueryError, read
from series.samples import identity_of


def panel_problems(path: Path, panel: Mapping[str, Any], variables: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with a panel of a board that declares these variables."""
    yield from unknown_names(path, panel, {*PANEL_PARTS, *columns_of(Panel)})
    yield from column_problems(path, panel, Panel)
    kind = kinds.registry.get(str(panel.get("kind") or "line"))
    options = panel.get("options")
    if options is not None and not isinstance(options, dict):
        yield wrong_type((*path, "options"), options, _("names and values"))
    else:
        yield from _options((*path, "options"), kind, options or {})
        if kind and panel.get("editable") is True and not kind.has_series:
            yield Problem((*path, "editable"), _("This kind has no values that viewers could set."))
    if isinstance(name := panel.get("repeat"), str) and name not in ["", *variables]:
        yield Problem((*path, "repeat"), str(UnknownVariable(name, variables)))
    shown: set[str] = set()
    for line_path, line in items((*path, "lines"), panel.get("lines")):
        identity = yield from _line(line_path, line, variables)
        if identity in shown:
            yield Problem((*line_path, "series"), _("This series is on the panel already."))
        shown |= {identity} - {""}


def _options(path: Path, kind: kinds.Kind | None, options: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the options; where nobody knows of which kind the panel is, only those of no kind at all."""
    own = kind.by_name if kind else {}
    known = {name: option for one in kinds.every() for name, option in one.by_name.items()} | own
    unknown = [name for name in options if name not in known]
    for name in unknown:
        words = _("There is no option %(name)s; %(instead)s")
        what = {"name": quoted(name), "instead": instead(name, list(own or known))}
        yield Problem((*path, name), words % what, of_key=True)
    if kind is None:
        return
    stored = {name: stored_value(known[name], options[name]) for name in options if name in known}
    for name, wrong in kind.check(stored).items():
        yield Problem((*path, name), _option_words(known[name], stored.get(name), wrong))


def _option_words(option: Option[Any], value: object, wrong: object) -> str:
    choices = [str(choice) for choice, _label in getattr(option.field, "choices", ()) if choice]
    if choices and isinstance(value, str) and value not in choices:
        return str(NOT_ALLOWED % {"value": quoted(value), "instead": instead(value, choices)})
    if isinstance(option.field, DurationField) and isinstance(value, str):
        return _("%s is not a length of time; one looks like 5 min, 24 h or 7 d.") % quoted(value)
    return " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)


def _line(path: Path, line: Mapping[str, Any], variables: Sequence[str]) -> Generator[Problem, None, str]:
    """Returns the identity of its series; an empty text if it has none."""
    yield from unknown_names(path, line, {*LINE_PARTS, *columns_of(PanelSeries)})
    yield from column_problems(path, line, PanelSeries)
    colour = line.get("colour")
    if type(colour) is int and not 0 <= colour <= MAX_COLOURS:
        yield Problem((*path, "colour"), _("A colour is a number from 1 to %d, or 0 for none.") % MAX_COLOURS)
    series, query = line.get("series"), line.get("query")
    if (series is None) == (query is None):
        yield Problem(path, _("A line has either a series or a query."))
    elif series is not None:
        try:
            return identity_of(*read_series(series))
        except SeriesError as error:
            yield Problem((*path, "series"), str(error))
    else:
        try:
            for name in sorted(read(query_data(query)).variables().difference(variables)):
                yield Problem((*path, "query"), str(UnknownVariable(name, variables)))
        except QueryError as error:
            rest = error.field.split(".") if error.field and isinstance(query, dict) else []
            yield Problem((*path, "query", *rest), str(error))
    return ""
