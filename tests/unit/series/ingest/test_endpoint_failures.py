"""POST /api/points when the database or our own code fails; and what is logged and counted."""

import logging

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from live import database_errors, limited_log
from series.signals import points_written
from tests.unit.series.sending import ONE, Send, refused
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_503_while_the_database_is_locked(in_threads, secret: str, caplog) -> None:
    """By another process, for writing, longer than anybody waits."""
    database_errors.limited_log._lines.clear()
    Token.objects.update(last_used=timezone.now())

    def locked() -> None:
        holder = connections["default"].copy()
        holder.ensure_connection()
        try:
            if connection.vendor == "sqlite":
                connection.cursor().execute("PRAGMA busy_timeout = 50")
                holder.cursor().execute("BEGIN EXCLUSIVE")
            else:
                connection.cursor().execute("SET lock_timeout = '50ms'")
                holder.set_autocommit(False)
                holder.cursor().execute("LOCK TABLE series_series IN ACCESS EXCLUSIVE MODE")
            headers = {"Authorization": f"Bearer {secret}"}
            response = Client().post("/api/points", ONE, "application/json", headers=headers)
        finally:
            holder.close()
            if connection.vendor == "postgresql":  # the connection goes back to the pool
                connection.cursor().execute("RESET lock_timeout")
        refused(response, 503, "unavailable")
        assert int(response.headers["Retry-After"]) > 0

    in_threads(locked)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.name == "live.database_errors"
    assert "POST /api/points is answered 503" in record.getMessage()


@pytest.mark.django_db(transaction=True)
def test_500_for_what_nobody_foresaw_is_json_and_logged(send: Send, caplog) -> None:
    def fail(**kwargs: object) -> None:
        raise RuntimeError("a bug")

    points_written.connect(fail)
    try:
        response = send(ONE)
    finally:
        points_written.disconnect(fail)
    error = refused(response, 500, "internal")
    assert "a bug" not in error["message"]
    assert "a bug" in caplog.text


def test_a_refusal_is_logged_once_with_its_reason(send: Send, caplog, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another test may have had it logged a moment ago.
    monkeypatch.setattr(limited_log, "INTERVAL_SECONDS", 0.0)
    send("[5]")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("live.api", logging.WARNING)
    assert record.getMessage().startswith("POST /api/points: 400 invalid_element: Each element must be an object")


def test_requests_are_counted_by_status(send: Send) -> None:
    def counted(status: int) -> float:
        return REGISTRY.get_sample_value("series_requests_total", {"status": str(status)}) or 0

    before = counted(200), counted(400)
    send(ONE)
    send("")
    send("{")
    assert (counted(200), counted(400)) == (before[0] + 1, before[1] + 2)
