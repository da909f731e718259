"""Bodies that no program of ours sends: none of them is an error of the server, and none changes anything."""

import json
from typing import Any

import pytest

from boards.models import Board, Panel, Revision
from tests.unit.api.program import Program, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NESTED = [json.loads("[" * depth + "]" * depth) for depth in (200, 900)]
VALUES: list[Any] = [*NESTED, float("nan"), float("inf"), -1, 2**63, 10**400, "\0", "\ud800", "x" * 10**5]
VALUES += [[], {}, [None], {"a": {"b": [1]}}, True]


@pytest.fixture
def program() -> Program:
    board = Board.objects.create(title="Mine", slug="mine")
    Panel.objects.create(board=board, title="CPU")
    return Program("boards.edit:*", "notices", "tokens", user=person("ada", "change_board", "add_board", "add_token"))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_in_every_field(program: Program, value: Any) -> None:
    panel = Panel.objects.get().pk
    fields = {
        "boards": ("POST", ["title", "address", "note", "variables", "panels", "view_groups", "position", "range"]),
        "boards/mine": ("PATCH", ["title", "owner", "panels", "variables", "embed_origins", "time_zone", "version"]),
        "panels": ("POST", ["title", "kind", "options", "lines", "key", "width", "repeat", "board", "\0"]),
        f"panels/{panel}": ("PATCH", ["title", "options", "lines", "editable", "key", "id", "board"]),
        f"panels/{panel}/move": ("POST", ["after"]),
        f"panels/{panel}/resize": ("POST", ["width", "height"]),
        "boards/mine/undo": ("POST", ["revision"]),
        "notices": ("POST", ["text", "recipients", "level", "link", "ttl", "replace", "sticky"]),
        "tokens": ("POST", ["name", "scopes"]),
    }
    whole: dict[str, dict[str, Any]] = {
        "boards": {"title": "x"},
        "panels": {"board": "mine", "title": "x"},
        "notices": {"text": "x"},
        "tokens": {"name": "x", "scopes": ["notices"]},
    }
    wrong = []
    for path, (method, names) in fields.items():
        for name in names:
            for sent in (value, [{"minimum": value, "text": value, "series": value}]):
                status = program.send(method, path, whole.get(path, {}) | {name: sent}).status_code
                if status >= 500:
                    wrong.append((method, path, name, repr(sent)[:40], status))
    assert wrong == []


@pytest.mark.parametrize("path", ["boards", "panels", "notices", "tokens"])
def test_bodies_that_are_none(program: Program, path: str) -> None:
    assert program.answer(413, "POST", path, b" " * 3_000_000)["code"] == "too_large"
    for body in (b"", b"[" * 100_000, b"\xff", b'{"a":', b"null", b"[]", b"1", b'"x"', b'{"title": "\\ud800"}'):
        program.answer(422 if path == "boards" and b"ud800" in body else 400, "POST", path, body)
    assert (Board.objects.count(), Panel.objects.count(), Revision.objects.count()) == (1, 1, 0)
