"""Logs that say what went wrong and where, without a person, a token or a message in them."""

import logging
import traceback
from types import TracebackType


class RouteInsteadOfPath(logging.Filter):
    """Django writes the path of each refused request, and our public pages carry their token in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and record.name.startswith("django."):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "(aucune route)"
            record.msg, record.args = "%s %s: %s", (request.method, route, getattr(record, "status_code", "?"))
        return True


class TaskInsteadOfError(logging.Filter):
    """Celery writes the error of a failed task in its message: a mail server's refusal, with the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        task = getattr(record, "data", None)
        if record.name == "celery.app.trace" and isinstance(task, dict):
            error = record.exc_info[0] if record.exc_info else None
            what = error.__qualname__ if error else task.get("description", "failed")
            record.msg, record.args = "%s: %s", (task.get("name"), what)
        return True


class WithoutValues(logging.Formatter):
    """Tracebacks with files, lines and classes of exceptions, but not their messages.

    A database repeats the refused row in its message, a mail server the address.
    """

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines.insert(0, "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)
