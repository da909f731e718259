"""The JSON Schema says what ``check`` says."""

import json
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from boards import kinds
from boards.documents.check import check
from boards.documents.export import document_of, file_of
from boards.documents.schema import schema
from boards.models import Board
from tests.unit.boards.documents.random_boards import BOARD, PANELS, SLUG, store

pytestmark = pytest.mark.django_db
RIGHT: dict[str, Any] = {"version": 1, "address": "a", "title": "A"}


def is_valid(document: object) -> bool:
    return jsonschema_rs.validator_for(schema()).is_valid(document)


def test_it_is_there_for_editors(client: Client) -> None:
    response = client.get("/boards.schema.json")
    assert response["Content-Type"] == "application/schema+json"
    assert json.loads(response.content) == json.loads(json.dumps(schema()))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=SLUG, columns=BOARD, panels=PANELS)
def test_what_is_exported_is_valid(address: str, columns: dict[str, Any], panels: list[dict[str, Any]]) -> None:
    Board.objects.all().delete()
    document = document_of(store(address, columns, panels))
    errors = [error.message for error in jsonschema_rs.validator_for(schema()).iter_errors(document)]
    assert errors == []
    assert is_valid(file_of([document, document]))


def test_every_option_of_every_kind_is_in_it() -> None:
    of_panels = schema()["$defs"]["panel"]["allOf"]
    for kind, part in zip(kinds.every(), of_panels, strict=True):
        options = part["then"]["properties"]["options"]["properties"]
        assert kind.by_name.keys() <= options.keys()
        assert all(one["description"] and (one.get("type") or one.get("enum")) for one in options.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"titel": "A"},
        {"title": 5},
        {"view_by": "me"},
        {"panels": {}},
        {"panels": [{"title": "P", "kind": "lime"}]},
        {"panels": [{"title": "P", "width": 13}]},
        {"panels": [{"title": "P", "options": {"bins": 4}}]},
        {"panels": [{"title": "P", "kind": "stat", "options": {"warn_at": "high"}}]},
        {"panels": [{"title": "P", "lines": [{"series": "a", "query": "b"}]}]},
        {"panels": [{"title": "P", "lines": [{"query": {"selector": "b", "function": "rat"}}]}]},
        {"variables": [{"default": "a"}]},
    ],
)
def test_what_it_refuses_is_refused_at_the_import(wrong: dict[str, Any]) -> None:
    assert is_valid(RIGHT) and not check(RIGHT)
    assert not is_valid(RIGHT | wrong)
    assert check(RIGHT | wrong)
