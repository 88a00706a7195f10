"""Requests that are no HTTP: anybody can send them without end, so each is one short line of the log."""

import logging

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError


class Garbage(logging.Filter):
    """For the logger `aiohttp.server`, which gives such a request an error's level and a traceback.

    What a handler of ours stumbles over stays as it is.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged; one about garbage is a warning from here on, without a word of the request."""
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno <= logging.WARNING or not isinstance(error, HttpProcessingError | RequestPayloadError):
            return True
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.msg, record.args = "a request cannot be read: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
        return logging.getLogger(record.name).isEnabledFor(logging.WARNING)
