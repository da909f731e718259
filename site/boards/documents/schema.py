"""The JSON Schema of documents, made of what the models and the kinds declare: with it an editor completes names, and
marks what is wrong while somebody types.

https://json-schema.org/draft/2020-12/schema
"""

from typing import Any

from django import forms
from django.db.models import Model

from boards import kinds
from boards.data.line_colours import MAX_COLOURS
from boards.documents.columns import GROUPS, OWNER, REQUIRED, VERSION, columns_of, type_of
from boards.documents.shapes import MAX_ITEMS, choices_of
from boards.layout import COLUMNS, MAX_HEIGHT, MIN_WIDTH
from boards.models import Board, Panel, PanelSeries
from boards.options import Option
from boards.variables.declared import MAX_VARIABLES
from series.durations import DurationField
from series.queries import COMBINATIONS, MAX_TAGS
from series.storage.reducers import Reducer

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
OPTION_TYPES: dict[type[forms.Field], Schema] = {
    forms.BooleanField: {"type": "boolean"},
    forms.IntegerField: {"type": "integer"},
    forms.FloatField: {"type": "number"},
    DurationField: {"type": ["string", "number"]},
    forms.ChoiceField: TEXT,
    forms.CharField: TEXT,
}
SIZES: Schema = {
    "width": {"minimum": MIN_WIDTH, "maximum": COLUMNS},
    "height": {"minimum": 1, "maximum": MAX_HEIGHT},
    "colour": {"minimum": 0, "maximum": MAX_COLOURS},
}


def schema() -> Schema:
    """The schema of a document: of one board, or of several."""
    version = {"version": {"const": VERSION}}
    board = _board()
    alone = board | {"properties": version | board["properties"], "required": ["version", *board["required"]]}
    several = _object(version | {"boards": _list({"$ref": "#/$defs/board"}, maxItems=MAX_ITEMS)}, "version", "boards")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Boards of Boardcast",
        "if": {"required": ["boards"]},
        "then": several,
        "else": alone,
        "$defs": {"board": board, "panel": _panel(), "line": _line(), "query": _query()},
    }


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items} | more


def _columns(model: type[Model]) -> Schema:
    return {name: _column(name, field) for name, field in columns_of(model).items()}


def _column(name: str, field: Any) -> Schema:
    result: Schema = {"type": type_of(field).schema, "description": str(field.help_text or field.verbose_name)}
    if field.choices:
        result["enum"] = choices_of(field)
    elif field.max_length:
        result["maxLength"] = field.max_length
    result.update(SIZES.get(name, {}))
    return result


def _board() -> Schema:
    variable = _object({"name": TEXT, "default": TEXT}, "name")
    parts: Schema = {OWNER: TEXT | {"description": "The name with which somebody signs in."}}
    parts |= {name: _list(TEXT) for name in GROUPS}
    parts |= {"variables": _list(variable, maxItems=MAX_VARIABLES)}
    parts |= {"panels": _list({"$ref": "#/$defs/panel"}, maxItems=MAX_ITEMS)}
    return _object(_columns(Board) | parts, *REQUIRED[Board])


def _panel() -> Schema:
    panel = _object(
        _columns(Panel) | {"options": {"type": "object"}, "lines": _list({"$ref": "#/$defs/line"}, maxItems=MAX_ITEMS)},
        "title",
    )
    kind_is = [{"if": _kind(kind), "then": {"properties": {"options": _options(kind)}}} for kind in kinds.every()]
    return panel | {"allOf": kind_is}


def _kind(kind: kinds.Kind) -> Schema:
    is_usual = kind.name == Panel._meta.get_field("kind").get_default()
    return {"properties": {"kind": {"const": kind.name}}} | ({} if is_usual else {"required": ["kind"]})


def _options(kind: kinds.Kind) -> Schema:
    """The options that do something for a kind, and those that stay with the data whatever the kind is."""
    others = (option for one in kinds.every() for option in one.options if option.describes_data)
    return _object({option.name: _option(option) for option in (*others, *kind.options)})


def _option(option: Option[Any]) -> Schema:
    field = option.field
    kind = next((kind for kind in type(field).__mro__ if kind in OPTION_TYPES), None)
    result = OPTION_TYPES[kind] if kind else {}
    if isinstance(field, forms.ChoiceField):
        result = result | {"enum": [value for value, _label in field.widget.choices]}
    for limit, name in {"minimum": "min_value", "maximum": "max_value", "maxLength": "max_length"}.items():
        if (value := getattr(field, name, None)) is not None:
            result = result | {limit: value}
    words = f"{field.label}. {field.help_text}".rstrip(". ") + "."
    return result | {"description": words} | ({} if option.default is None else {"default": option.default})


def _line() -> Schema:
    series = {
        "oneOf": [TEXT, _object({"name": TEXT, "tags": {"type": "object", "additionalProperties": TEXT}}, "name")]
    }
    line = _object({"series": series, "query": {"$ref": "#/$defs/query"}} | _columns(PanelSeries))
    return line | {"oneOf": [{"required": ["series"]}, {"required": ["query"]}]}


def _query() -> Schema:
    number = {"type": "number"}
    parts: Schema = {
        "selector": TEXT,
        "function": {"enum": [str(one) for one in Reducer]},
        "combine": {"enum": list(COMBINATIONS)},
        "by": _list(TEXT, maxItems=MAX_TAGS),
        "divided_by": {"$ref": "#/$defs/query"},
        "factor": number,
        "offset": number,
    }
    return {"oneOf": [TEXT, _object(parts, "selector")]}
