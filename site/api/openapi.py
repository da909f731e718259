"""``/api/``: all addresses on a page, and as OpenAPI at ``/api/openapi.json``. Both need no token."""

import re
from copy import deepcopy
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api import described, formats
from api.addresses import service
from api.schemas import ErrorBody

Json = dict[str, Any]

# What any request may be answered, and what some may.
ERRORS = {
    400: "The request is not as described.",
    401: "The token is missing, unknown or no longer active.",
    403: "The token, or its user, may not do that.",
    404: "There is no such thing, or it is not for whoever asks.",
    405: "The method is not for this address.",
    409: "It cannot be done as things are.",
    412: "It has changed since it was read.",
    413: "The body is too large.",
    415: "The content type is not one of these.",
    422: "The request is as described, and still cannot be done.",
    429: "Too much at a time; the header Retry-After says when to come back.",
    503: "The database is busy or away; send the same again.",
}


CODE = re.compile("`([^`]+)`")
# The tags of operations, in the order of the page.
GROUPS = ("boards", "panels", "series", "points", "banners", "notices", "tokens", "senders")


@cache
def description() -> Json:
    """The OpenAPI description of every address under ``/api/``."""
    schema: Json = deepcopy(dict(service.get_openapi_schema(path_prefix="api/")))
    schema["paths"] = dict(sorted((schema["paths"] | formats.paths()).items()))
    components = schema["components"]
    components["schemas"] |= (
        formats.SCHEMAS
        | described.SCHEMAS
        | ErrorBody.model_json_schema(ref_template="#/components/schemas/{model}")["$defs"]
    )
    components["schemas"]["ErrorBody"] = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"$ref": "#/components/schemas/Problem"}},
    }
    # Senders of other programs read errors in the words of their own servers.
    for operations in schema["paths"].values():
        for operation in operations.values():
            body = {"type": "object"} if "senders" in operation["tags"] else {"$ref": "#/components/schemas/ErrorBody"}
            content = {"application/json": {"schema": body}}
            answers = {str(status): answer for status, answer in operation["responses"].items()}
            operation["responses"] = answers
            for status, words in ERRORS.items():
                answers[str(status)] = {"description": words, "content": content}
            # A docstring, which says more than the name of a function.
            operation["summary"] = operation.pop("description", operation["summary"])
    return schema


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """For programs."""
    return JsonResponse(description() | {"servers": [{"url": _base_path() or "/"}]})


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """For people, what one begins with first. Methods of an address that do the same are one line."""
    groups: dict[str, dict[tuple[str, str], Json]] = {name: {} for name in GROUPS}
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            new = {
                "methods": [],
                "path": _base_path() + path,
                "id": operation["operationId"],
                "fields": _fields(operation),
            }
            new["summary"] = _html(operation["summary"])
            line = groups[operation["tags"][0]].setdefault((path, operation["summary"]), new)
            line["methods"].append(method.upper())
    return render(request, "api/page.html", {"groups": {name: lines.values() for name, lines in groups.items()}})


def _base_path() -> str:
    return get_script_prefix().rstrip("/")


def _fields(operation: Json) -> list[Json]:
    """The parameters of an operation and the fields of its body, as lines of a table."""
    parameters = [
        _field(one["name"], one["schema"], one["in"], one["required"], one.get("description", ""))
        for one in operation["parameters"]
    ]
    contents = operation.get("requestBody", {}).get("content", {})
    body = _resolved(contents.get("application/json", {}).get("schema", {}))
    required = body.get("required", ())
    fields = [_field(name, one, "body", name in required) for name, one in body.get("properties", {}).items()]
    others = [_field(name, {}, "body", False) for name in contents if name != "application/json" or not fields]
    return parameters + fields + others


def _field(name: str, schema: Json, within: str, required: bool, words: str = "") -> Json:
    words = words or schema.get("description", "")
    return {"name": name, "type": _type(schema), "within": within, "required": required, "words": _html(words)}


def _html(words: str) -> SafeString:
    """What is between backticks as code."""
    return mark_safe(CODE.sub(r"<code>\1</code>", escape(words)))


def _type(schema: Json) -> str:
    """In a few words: text, number, list of ..."""
    schema = _resolved(schema)
    if choices := schema.get("enum"):
        return " | ".join("null" if one is None else str(one) for one in choices)
    if several := schema.get("anyOf"):
        return " | ".join(dict.fromkeys(filter(None, map(_type, several))))
    kind = schema.get("type", "")
    items = f" of {_type(schema['items'])}" if "items" in schema else ""
    return " | ".join(one + items if one == "array" else one for one in ([kind] if isinstance(kind, str) else kind))


def _resolved(schema: Json) -> Json:
    name = schema.get("$ref", "").rpartition("/")[2]
    return description()["components"]["schemas"][name] if name else schema
