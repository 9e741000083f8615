"""Logs as JSON lines, each with its time and, inside a request, its trace id. What looks like a document number or a
phone is masked in the end, wherever it came from: a driver's error repeats the values it was given."""

import logging
import sys
from typing import TextIO

import structlog

from backend.personal_data import masked


def configure_logs(stream: TextIO | None = None) -> None:
    """Once a process. `stream`: where they go instead of standard output, which some commands need for themselves."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            lambda logger, name, line: masked(str(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=True,
    )
    others = logging.StreamHandler()
    others.setFormatter(Masked("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[others])


class Masked(logging.Formatter):
    """For what libraries log, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
