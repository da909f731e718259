"""Log lines for programs: one JSON object a line (``LOG_FORMAT=json``).

Written here and not taken from a library: it is a dozen lines, and what a library would add are options.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from config.logs import MAIN_PROCESS

# What every record has; everything else on it came as ``extra``.
STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime"}


class JSONFormatter(logging.Formatter):
    """``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``, ``worker`` where there are several, ``exception``
    if there is one, and the extras."""

    def format(self, record: logging.LogRecord) -> str:
        """One line: line breaks inside of it are escaped."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.processName != MAIN_PROCESS:
            line["worker"] = record.processName
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        extras = {name: value for name, value in vars(record).items() if name not in STANDARD}
        return json.dumps({**extras, **line}, default=str, ensure_ascii=False)
