"""What the description says of operations whose bodies are documents of boards and panels."""

from typing import Any

from api.formats import IF_MATCH, JSON
from boards.documents.columns import VERSION
from boards.models import EditBy, ViewBy

Json = dict[str, Any]
# Columns and options are as ``boards.documents`` checks them, which says what is wrong with a path to it.
TEXT = {"type": "string"}
LINES: Json = {
    "type": ["array", "null"],
    "description": "Each with `series`, or with a `query`; and `label`, `category`, `colour`.",
    "items": {"type": "object"},
}
PANEL: Json = {
    "key": {"type": ["string", "null"], "description": "What it is called on its board; made of the title."},
    "title": {"type": ["string", "null"]},
    "kind": {"type": ["string", "null"], "description": "`line`, `stat`, `gauge` …; `line` if left out."},
    "width": {"type": ["integer", "null"], "description": "Columns, of which a board has 12."},
    "height": {"type": ["integer", "null"], "description": "Rows."},
    "repeat": {"type": ["string", "null"], "description": "The variable over whose values it repeats."},
    "editable": {"type": ["boolean", "null"], "description": "Whoever sees the board can set the values."},
    "options": {"type": ["object", "null"], "description": "Of its kind: unit, window, thresholds and so on."},
    "lines": LINES,
}
BOARD: Json = {
    "version": {"enum": [VERSION], "description": "Of this form of a board."},
    "address": {"type": ["string", "null"], "description": "The last part of /boards/…/"},
    "title": {"type": ["string", "null"]},
    "note": {"type": ["string", "null"], "description": "Shown under the title."},
    "owner": {"type": ["string", "null"], "description": "Whose it is."},
    "view_by": {"enum": [*ViewBy.values, None], "description": "Who may see it."},
    "view_groups": {"type": ["array", "null"], "items": TEXT},
    "edit_by": {"enum": [*EditBy.values, None], "description": "Which editors may edit it."},
    "edit_groups": {"type": ["array", "null"], "items": TEXT},
    "range": {"type": ["string", "null"], "description": "What it shows at first: `6 h`, `7 d`, `today`."},
    "time_zone": {"type": ["string", "null"]},
    "show_activity": {"type": ["boolean", "null"]},
    "position": {"type": ["integer", "null"], "description": "In the list of boards."},
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
