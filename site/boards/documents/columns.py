"""Which columns of the models a document has, and under which names; what else they have is listed with the reason."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Panel, PanelSeries
from boards.options import Words

VERSION = 1
# The names in a document, in its order, and the columns.
BOARD = {
    "address": "slug",
    "title": "title",
    "note": "note",
    "view_by": "view_by",
    "edit_by": "edit_by",
    "range": "range",
    "time_zone": "time_zone",
    "show_activity": "show_activity",
    "position": "position",
    "embed_origins": "embed_origins",
}
PANEL = {
    "key": "key",
    "title": "title",
    "kind": "kind",
    "width": "width",
    "height": "height",
    "repeat": "repeat",
    "editable": "editable",
}
LINE = {"label": "label", "category": "category", "colour": "colour"}
# Beside columns that are one value in a document.
OWNER, GROUPS = "owner", ("view_groups", "edit_groups")
BOARD_PARTS = ("version", OWNER, *GROUPS, "variables", "panels")
PANEL_PARTS = ("options", "lines")
LINE_PARTS = ("series", "query")
REQUIRED = {Board: ("address", "title"), Panel: ("title",), PanelSeries: ()}


class JSONType(NamedTuple):
    """What the values of a column are in JSON."""

    type: type
    words: Words
    schema: str


TYPES: dict[type[Any], JSONType] = {
    models.BooleanField: JSONType(bool, _("true or false"), "boolean"),
    models.IntegerField: JSONType(int, _("a whole number"), "integer"),
    models.CharField: JSONType(str, _("a text"), "string"),
    models.TextField: JSONType(str, _("a text"), "string"),
}


def columns_of(model: type[models.Model]) -> dict[str, "models.Field[Any, Any]"]:
    """The columns of a model that are in a document, by their names there."""
    names: dict[type[models.Model], dict[str, str]] = {Board: BOARD, Panel: PANEL, PanelSeries: LINE}
    return {name: model._meta.get_field(column) for name, column in names[model].items()}  # type: ignore[misc]


def type_of(field: "models.Field[Any, Any]") -> JSONType:
    """What its values are in JSON."""
    return next(of for one, of in TYPES.items() if isinstance(field, one))
