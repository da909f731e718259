"""What is written into the log."""

import logging
import re

# Secrets that are parts of addresses: of a display link, of a sender of heartbeats, and of whoever is let in.
SECRETS = re.compile(
    r"(/display/|[?&]display=|/api/push/|/accounts/invitation/|/accounts/reset/[\w-]+/)[\w:-]{20,}", re.ASCII
)


# ``processName`` of a process that is no worker.
MAIN_PROCESS = "MainProcess"


class ExpectedWithoutTraceback(logging.Filter):
    """Of a request that is refused, one line. Django adds a traceback, and anybody may cause as many as they like."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


class TextFormatter(logging.Formatter):
    """Lines for people; of several workers they say whose they are."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without its traceback."""
        line = super().formatMessage(record)
        return line if record.processName == MAIN_PROCESS else f"[{record.processName}] {line}"


class ConsoleHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes lines without the secrets of addresses: a log is read by more people than may use them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, whatever wrote the address into it."""
        return SECRETS.sub(r"\1…", super().format(record))
