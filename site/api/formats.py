"""The description of addresses that ``live.banners``, ``series.query_api`` and ``series.ingest`` answer: they know
nothing of the library that describes the others, and senders of other programs choose what is in their bodies.

A test walks all addresses and compares.
"""

from typing import Any

from api.schemas import MAX_ITEMS
from live.banners.models import Banner, BannerUpdate
from live.banners.validation import MAX_CHARACTERS
from series.query_api import FORMATS, MAX_QUERIES
from series.samples import MAX_LABEL_LENGTH, MAX_VALUE
from series.storage.reducers import Reducer

Json = dict[str, Any]
JSON = "application/json"

LABEL = {"type": "string", "minLength": 1, "maxLength": MAX_LABEL_LENGTH}
TEXT = {"type": "string", "maxLength": MAX_LABEL_LENGTH}
POINT: Json = {
    "type": "object",
    "required": ["series", "value"],
    "additionalProperties": False,
    "properties": {
        "series": LABEL,
        "value": {
            "description": "A number, or a state: a text, true or false.",
            "anyOf": [{"type": "number", "minimum": -MAX_VALUE, "maximum": MAX_VALUE}, TEXT, {"type": "boolean"}],
        },
        "time": {
            "description": "Seconds since 1970, or a text with a zone; the time of arrival if left out.",
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "format": "date-time"}],
        },
        "tags": {"type": "object", "additionalProperties": TEXT},
    },
}
BANNER_FIELDS: Json = {
    "text": {"type": ["string", "null"], "minLength": 1, "maxLength": MAX_CHARACTERS},
    "level": {"enum": [*Banner.Level.values, None]},
    "from": {"type": ["string", "null"], "description": "`14:30`, `+25m`, `+2h`, `+1d` or ISO 8601."},
    "until": {"type": ["string", "null"], "description": "The same; null: until somebody ends it."},
    "recipients": {"type": ["string", "null"], "description": "`everyone`, `staff`, `group:Operators`, `board:3`."},
    "announce_minutes_before": {"type": ["integer", "null"], "minimum": 0},
}
UPDATE: Json = {
    "type": "object",
    "required": ["state"],
    "additionalProperties": False,
    "properties": {"state": {"enum": BannerUpdate.State.values}, "text": {"type": ["string", "null"]}},
}
BANNER_OUT: Json = {
    "type": "object",
    "required": ["id", *BANNER_FIELDS, "updates"],
    "properties": BANNER_FIELDS | {"id": {"type": "integer"}, "updates": {"type": "array"}},
}
SCHEMAS: Json = {
    "Point": POINT,
    "Banner": BANNER_OUT,
    "NewBanner": {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": BANNER_FIELDS | {"text": {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}},
    },
    "BannerChange": {"type": "object", "additionalProperties": False, "properties": BANNER_FIELDS},
    "NewBannerUpdate": UPDATE,
}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(
    tag: str,
    name: str,
    summary: str,
    *,
    body: Json | None = None,
    answers: dict[int, Json | None],
    parameters: list[Json] | None = None,
    security: bool = True,
) -> Json:
    """``body``: schemas by content type. ``answers``: of what is right, schemas by status."""
    responses = {
        str(status): {"description": "Done."} | ({"content": {JSON: {"schema": schema}}} if schema else {})
        for status, schema in answers.items()
    }
    request = {"requestBody": {"required": True, "content": _content(body)}} if body else {}
    operation = {"operationId": name, "tags": [tag], "summary": summary, "responses": responses}
    return operation | request | {"parameters": parameters or [], "security": [{"TokenAuth": []}] if security else []}


def _content(body: Json) -> Json:
    return {content_type: {"schema": schema} for content_type, schema in body.items()}


def _parameter(name: str, description: str, schema: Json | None = None, *, within: str = "query") -> Json:
    required = within == "path"
    schema = schema or {"type": "string"}
    return {"name": name, "in": within, "required": required, "description": description, "schema": schema}


ACCEPTED: Json = {
    "type": "object",
    "required": ["accepted"],
    "properties": {"accepted": {"type": "integer"}, "too_old": {"type": "integer"}},
}
PK = _parameter("pk", "Its `id`.", {"type": "integer"}, within="path")
IF_MATCH = _parameter("If-Match", "The `ETag` of what was read: 412 where that has changed.", within="header")
ALERTS = {JSON: {"type": "object", "required": ["alerts"]}}
OK = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}


def _query_parameters() -> list[Json]:
    several = {"type": "array", "items": {"type": "string"}, "maxItems": MAX_QUERIES}
    return [
        _parameter("series", "Which series: `cpu{host=*}`; several times for several.", several),
        _parameter("query", "What is made of series, as JSON: docs/querying.md.", several),
        _parameter("from", "From when on, with a zone; a day before `to` if left out."),
        _parameter("to", "Up to when; now if left out."),
        _parameter("step", "Seconds of a bucket.", {"type": "number", "exclusiveMinimum": 0}),
        _parameter("reduce", "What is made of a bucket.", {"enum": [str(one.value) for one in Reducer]}),
        _parameter("format", "The form of the answer.", {"enum": [*FORMATS]}),
    ]


def _heartbeat(method: str) -> Json:
    status = _parameter("status", "How it is.", {"enum": ["up", "down"]})
    ping = _parameter("ping", "Milliseconds.", {"type": "number", "minimum": 0})
    secret = _parameter("secret", "Of the token.", {"type": "string", "pattern": r"^[\w-]{20,100}$"}, within="path")
    summary = "A heartbeat, as Uptime Kuma's push monitors take it"
    return _operation(
        "senders", f"push_{method}", summary, answers={200: OK}, parameters=[secret, status, ping], security=False
    )


def paths() -> Json:
    """The operations by address and method."""
    anything: Json = {"description": "As its sender writes it."}
    point, points = _ref("Point"), {"type": "array", "items": _ref("Point")}
    lines = {"type": "string", "description": "Line protocol; empty lines and comments may be between."}
    bucket = _parameter("bucket", "Any name.")
    precision = _parameter("precision", "The unit of times; `ns` if left out.", {"enum": ["ns", "us", "ms", "s"]})
    listed = {"type": "object", "properties": {"banners": {"type": "array", "items": _ref("Banner")}}}
    new, change, update = ({JSON: _ref(name)} for name in ("NewBanner", "BannerChange", "NewBannerUpdate"))
    banner = _ref("Banner")
    return {
        "/api/points": {
            "post": _operation(
                "points",
                "send_points",
                "Write points: one, an array, or one a line (application/x-ndjson)",
                body={
                    JSON: {"anyOf": [point, points | {"maxItems": MAX_ITEMS}]},
                    "application/x-ndjson": {"type": "string"},
                },
                answers={200: ACCEPTED},
            )
        },
        "/api/query": {
            method: _operation(
                "points", f"query_{method}", "What is stored", answers={200: anything}, parameters=_query_parameters()
            )
            for method in ("get", "head")
        },
        "/api/telegraf": {
            "post": _operation(
                "senders",
                "telegraf",
                "Metrics of Telegraf's outputs.http, with data_format = json",
                body={JSON: anything},
                answers={200: ACCEPTED},
            )
        },
        "/api/alertmanager": {
            "post": _operation(
                "senders", "alertmanager", "Alerts of Alertmanager's webhook", body=ALERTS, answers={200: ACCEPTED}
            )
        },
        "/api/grafana": {
            method: _operation(
                "senders",
                f"grafana_{method}",
                "Alerts of Grafana's contact point Webhook",
                body=ALERTS,
                answers={200: ACCEPTED},
            )
            for method in ("post", "put")
        },
        "/api/v2/write": {
            "post": _operation(
                "senders",
                "influxdb_v2",
                "Line protocol, as InfluxDB 2 takes it",
                body={"text/plain": lines},
                answers={204: None},
                parameters=[bucket | {"required": True}, precision, _parameter("org", "Any name.")],
            )
        },
        "/api/push/{secret}": {
            method: _heartbeat(method) for method in ("get", "head", "post", "put", "patch", "delete")
        },
        "/api/banners": {
            "get": _operation("banners", "list_banners", "Those that are shown or to come", answers={200: listed}),
            "post": _operation("banners", "post_banner", "Post a banner", body=new, answers={201: banner}),
        },
        "/api/banners/{pk}": {
            "get": _operation("banners", "get_banner", "One banner", answers={200: banner}, parameters=[PK]),
            "patch": _operation(
                "banners",
                "change_banner",
                "Change a banner",
                body=change,
                answers={200: banner},
                parameters=[PK, IF_MATCH],
            ),
            "delete": _operation("banners", "delete_banner", "Forget a banner", answers={204: None}, parameters=[PK]),
        },
        "/api/banners/{pk}/updates": {
            "post": _operation(
                "banners",
                "update_banner",
                "Add to the timeline of a banner",
                body=update,
                answers={201: banner},
                parameters=[PK],
            )
        },
        "/api/banners/{pk}/end": {
            "post": _operation("banners", "end_banner", "End a banner", answers={200: banner}, parameters=[PK])
        },
    }
