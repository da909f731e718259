"""Log lines for programs."""

import json
import logging
import os
import subprocess
import sys
from datetime import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.json_log import JSONFormatter
from tests.servers import ROOT


def line(**values: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "live.hub.hub", "levelno": 30, "levelname": "WARNING", **values})
    text = JSONFormatter().format(record)
    assert "\n" not in text
    parsed: dict[str, object] = json.loads(text)
    return parsed


def test_a_line_has_time_level_logger_and_message() -> None:
    made = line(msg="%d sockets are closed\n(%s)", args=(3, "größer"))
    assert made["message"] == "3 sockets are closed\n(größer)"
    assert (made["level"], made["logger"]) == ("WARNING", "live.hub.hub")
    moment = datetime.fromisoformat(str(made["time"]))
    assert moment.tzinfo is not None
    assert {*made} == {"time", "level", "logger", "message"}


def test_exceptions_stacks_and_extras_are_fields() -> None:
    try:
        raise ZeroDivisionError("by nothing")
    except ZeroDivisionError:
        made = line(msg="failed", exc_info=sys.exc_info(), stack_info="Stack:", request=object(), status_code=500)
    assert "ZeroDivisionError: by nothing" in str(made["exception"])
    assert (made["stack"], made["status_code"]) == ("Stack:", 500)
    assert str(made["request"]).startswith("<object")


def test_an_extra_does_not_take_the_name_of_a_field() -> None:
    assert line(msg="hello", time="never", logger="mine")["logger"] == "live.hub.hub"


def test_the_variable_is_one_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOG_FORMAT", raising=False)
    assert env.choice("LOG_FORMAT", ["text", "json"]) == "text"
    monkeypatch.setenv("LOG_FORMAT", " JSON ")
    assert env.choice("LOG_FORMAT", ["text", "json"]) == "json"
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT is 'xml'; it must be text or json."):
        env.choice("LOG_FORMAT", ["text", "json"])


def test_a_process_writes_them() -> None:
    code = "import logging; logging.getLogger('live.anything').info('hello', extra={'pages': 3})"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_FORMAT": "json", "DEBUG": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    written = json.loads(done.stderr.splitlines()[-1])
    assert (written["message"], written["pages"], written["logger"]) == ("hello", 3, "live.anything")
