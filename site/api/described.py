"""What the description says of operations whose bodies are documents of boards and panels."""

from typing import Any

from django.db.models import Model
from django.utils.translation import override

from api.formats import IF_MATCH, JSON
from boards.documents.columns import VERSION, columns_of, type_of
from boards.documents.shapes import choices_of
from boards.models import Board, Panel

Json = dict[str, Any]
TEXT = {"type": "string"}
TEXTS = {"type": ["array", "null"], "items": TEXT}


def _columns(model: type[Model]) -> Json:
    """The fields that are columns; ``boards.documents`` checks them, and says what is wrong with a path to it."""
    with override("en"):
        return {name: _column(field) for name, field in columns_of(model).items()}


def _column(field: Any) -> Json:
    text = str(field.help_text or field.verbose_name)
    words = {} if text.replace(" ", "_") in (field.name, "address") else {"description": text}
    if field.choices:
        return {"enum": [*choices_of(field), None]} | words
    return {"type": [type_of(field).schema, "null"]} | words


LINES: Json = {
    "type": ["array", "null"],
    "description": "Each with `series`, or with a `query`; and `label`, `category`, `colour`.",
    "items": {"type": "object"},
}
PANEL: Json = _columns(Panel) | {
    "options": {"type": ["object", "null"], "description": "Of its kind: `/boards.schema.json` has them all."},
    "lines": LINES,
}
BOARD: Json = {
    "version": {"enum": [VERSION], "description": "Of this form of a board."},
    **_columns(Board),
    "owner": {"type": ["string", "null"], "description": "Whose it is."},
    "view_groups": TEXTS,
    "edit_groups": TEXTS,
    "variables": {"type": ["array", "null"], "items": {"type": "object"}},
    "panels": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/PanelDocument"}},
}


def _object(properties: Json, *required: str, **more: Any) -> Json:
    return {"type": "object", "additionalProperties": False, "properties": properties | more, "required": [*required]}


TITLE: Json = {"type": "string", "minLength": 1, "maxLength": 100}
ID = {"type": "integer"}
NEXT = {"type": ["integer", "null"], "description": "For `after`; null where there are no more."}
ADDRESS = {"type": "string", "description": "Of the board."}
SCHEMAS: Json = {
    "PanelDocument": _object(PANEL, "title", title=TITLE),
    "Board": _object(BOARD, "version", "address", "title"),
    "NewBoard": _object(BOARD, "title", title=TITLE),
    "BoardChange": _object(BOARD),
    "Panel": _object(PANEL, "id", "board", "key", "title", "kind", id=ID, board=ADDRESS),
    "Panels": _object({"items": {"type": "array", "items": {"$ref": "#/components/schemas/Panel"}}, "next": NEXT}),
    "NewPanel": _object(PANEL, "board", "title", board=ADDRESS, title=TITLE),
    "PanelChange": _object({name: one for name, one in PANEL.items() if name != "key"}),
}


def described(status: int, schema: str, *, body: str = "", if_match: bool = False) -> Json:
    """For an operation that answers with a document, and takes one."""
    done = {"description": "Done.", "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    request = {JSON: {"schema": {"$ref": f"#/components/schemas/{body}"}}}
    return (
        {"responses": {status: done}}
        | ({"requestBody": {"content": request}} if body else {})
        | ({"parameters": [IF_MATCH]} if if_match else {})
    )
