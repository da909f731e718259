"""What the tests of series share: a token, a way to send, and a database that several threads can use at once."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from tokens.models import Token

DEADLINE = 60


@pytest.fixture
def secret(db: None) -> str:
    """The secret of a token that may write everything."""
    return Token.objects.issue("test", "write:*")[1]


@pytest.fixture
def send(client: Client, secret: str) -> Callable[..., HttpResponse]:
    """Post a body to /api/points; headers by their CGI names, and None leaves one out."""

    def post(body: bytes | str, content_type: str = "application/json", **headers: Any) -> HttpResponse:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}", **headers}
        shown = {name: value for name, value in headers.items() if value is not None}
        return client.generic("POST", "/api/points", body, content_type=content_type, **shown)

    return post


@pytest.fixture
def in_threads(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., list[Any]]]:
    """Run functions at once, each in a thread with a connection of its own; their results in order.

    SQLite's test database is in memory, and a thread that shares one knows only table locks that never wait. The
    threads get a copy in a file, as the real one is, made when the first of them runs: only they see what they write.
    """
    settings = connections.databases["default"]
    name = settings["NAME"]
    copy = tmp_path / "shared.sqlite3"

    def use_copy() -> None:
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as file:
            connection.connection.backup(file)
            file.execute("PRAGMA journal_mode=WAL")
        settings["NAME"] = str(copy)

    def call(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connections.close_all()

    def run(*functions: Callable[[], Any]) -> list[Any]:
        if connection.vendor == "sqlite" and not copy.exists():
            use_copy()
        with ThreadPoolExecutor(max_workers=len(functions)) as pool:
            futures = [pool.submit(call, function) for function in functions]
            return [future.result(timeout=DEADLINE) for future in futures]

    yield run
    settings["NAME"] = name
