"""The description has every address under ``/api/``, with the methods that it answers, and is what OpenAPI says."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema_rs import Draft202012Validator

from api import described
from api.openapi import description
from boards.documents import columns
from series.ingest import formats
from tests.unit.api.program import Program

pytestmark = [pytest.mark.database, pytest.mark.django_db]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
# What describes the API, and what refuses all else.
NOT_DESCRIBED = {"/api/", "/api/openapi.json", "/^api(?:/|$)"}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


def test_it_has_every_field_of_a_board_and_of_a_panel() -> None:
    assert described.BOARD.keys() == {*columns.BOARD, *columns.BOARD_PARTS}
    assert described.PANEL.keys() == {*columns.PANEL, *columns.PANEL_PARTS}


def as_described(route: str) -> str:
    """``api/banners/<int:pk>`` as OpenAPI writes it."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", route.removeprefix("^").removesuffix(r"\Z"))
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def test_it_has_every_address_of_the_urlconf_and_of_the_ingest_door() -> None:
    doors = [str(pattern.pattern) for pattern in formats.urlpatterns()]
    every = {route for route in [*routes(get_resolver()), *doors] if re.match(r"\^?api\b", route)}
    described = {as_described(route) for route in every if f"/{route}" not in NOT_DESCRIBED}
    assert "/api/points" in described and "/api/push/{secret}" in described and "/api/banners/{pk}/end" in described
    assert described == description()["paths"].keys()


def test_each_operation_is_answered_and_no_other_method_is() -> None:
    program = Program("write:*")
    for path, operations in description()["paths"].items():
        address = path.removeprefix("/api/").replace("{secret}", "x" * 40).replace("{pk}", "1")
        address = address.replace("{address}", "x")
        methods = {method.upper() for method in operations}
        for method in METHODS:
            refused = program.send(method, re.sub(r"{\w+}", "x", address)).status_code == 405
            assert refused == (method not in methods), (method, path)


def test_it_is_one_document_with_ids_of_its_own() -> None:
    document = json.loads(Client().get("/api/openapi.json").content)
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": "/"}]
    ids = [one["operationId"] for operations in document["paths"].values() for one in operations.values()]
    assert len(set(ids)) == len(ids)
    schemas = document["components"]["schemas"]
    used = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert used <= schemas.keys()
    for schema in schemas.values():
        Draft202012Validator(schema | {"components": {"schemas": schemas}})
    assert document["components"]["securitySchemes"] == {"TokenAuth": {"type": "http", "scheme": "bearer"}}


def test_every_operation_says_what_it_does_and_how_it_is_refused() -> None:
    for path, operations in description()["paths"].items():
        for method, one in operations.items():
            assert one["summary"] and one["tags"], (method, path)
            assert {"400", "401", "403", "404", "429", "503"} <= one["responses"].keys()
            assert any(status.startswith("2") for status in one["responses"])


def test_the_page_has_each_operation_and_needs_no_token(client: Client) -> None:
    page = client.get("/api/").content.decode()
    for path in description()["paths"]:
        assert f"<code>{path}</code>" in page
    assert "openapi.json" in page and "None" not in page and "`" not in page
    assert client.post("/api/openapi.json").status_code == 405
