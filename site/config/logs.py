"""What is written into the log."""

import logging


class ExpectedWithoutTraceback(logging.Filter):
    """Of a request that is refused, one line. Django adds a traceback, and anybody may cause as many as they like."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
