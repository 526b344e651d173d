"""Structured logs: one JSON object a line, with the request's id and never a personal value."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What a record may carry; anything else is named but its value is left out.
# fmt: off
KEYS = frozenset((
    "attempt", "attempts", "count", "database", "definition", "digest", "due", "element", "event",
    "incident", "instance", "job", "kind", "level", "logger", "method", "port", "process", "queue",
    "reason", "request_id", "role", "route", "seconds", "signal", "status", "task", "timestamp",
    "topic", "version", "wait", "worker",
))
# fmt: on


def leave_out_unknown(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep the listed keys; of the others only the names."""
    error = event.pop("exc_info", None)
    kept = {key: value for key, value in event.items() if key in KEYS or key.startswith("_")}
    if unknown := sorted(event.keys() - kept.keys()):
        kept["left_out"] = unknown
    if error:
        kept["error"] = describe(error)
    return kept


def describe(error: object) -> dict[str, Any]:
    """An exception without its message: types, and where it came from; messages quote people's values."""
    if not isinstance(error, tuple) or error[1] is None:
        return {}
    chain: list[str] = []
    frames: list[str] = []
    current: BaseException | None = error[1]
    while current is not None and len(chain) < 5:
        chain.append(f"{type(current).__module__}.{type(current).__qualname__}")
        frames = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)[-12:]
        ]
        current = current.__cause__ or current.__context__
    return {"types": chain, "frames": frames}


class WithoutAddress(logging.Filter):
    """Takes addresses and quotations out of libraries' messages: they can hold a one-time link or a value."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without what it quotes."""
        if record.name.startswith("gunicorn") and record.levelno >= logging.WARNING:
            record.msg, record.args = _of_the_web_server(record), ()
        elif record.name == "celery.app.trace" and record.levelno >= logging.WARNING:
            record.msg, record.args = "a task of Celery failed", ()
        elif record.name == "django.request" and isinstance(record.args, tuple):
            record.msg, record.args = str(record.args[0]) if record.args else "request", ()
        elif record.name.startswith("django.security"):
            record.msg, record.args = "refused by Django", ()
        return True


def _of_the_web_server(record: logging.LogRecord) -> str:
    """What gunicorn says of its own processes as it is; of a request only that there was one."""
    said = str(record.msg)
    if "request" in said.lower():
        return "a request could not be handled" if record.exc_info else "a request could not be read"
    return record.getMessage()


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _level(name: str) -> dict[str, object]:
    return {"level": name}


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_address": {"()": WithoutAddress}},
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
            "processors": [
                leave_out_unknown,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=lambda value: type(value).__name__),
            ],
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["without_address"]}
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # The engine's library writes every variable of a task into its records.
        "spiff": _level("WARNING"),
        "spiff.task": _level("WARNING"),
        "spiff.workflow": _level("WARNING"),
        "spiff.data": _level("WARNING"),
        # Sign-ins are in the audit, which is where user names belong.
        "axes": {"level": "CRITICAL", "propagate": False, "handlers": []},
        "django": {"level": "INFO", "propagate": True, "handlers": []},
        "django.server": {"level": "ERROR", "propagate": True, "handlers": []},
        "django.db.backends": _level("INFO"),
        # From here on the web server's own words pass the same filter.
        "gunicorn.error": {"level": "INFO", "propagate": True, "handlers": []},
    },
}


def configure() -> None:
    """Let structlog's own loggers go through the same formatter."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
