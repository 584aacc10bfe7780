"""What an operator reads when something goes wrong, and what is not there."""

import io
import logging

import pytest
from celery import Celery
from django.test import Client

from gup.logs import RouteInsteadOfPath, TaskInsteadOfError, WithoutValues


@pytest.fixture
def lines() -> io.StringIO:
    """What the console shows."""
    return io.StringIO()


def listen(lines: io.StringIO, name: str) -> logging.Logger:
    """A logger that writes there as the one of the settings does."""
    handler = logging.StreamHandler(lines)
    handler.addFilter(RouteInsteadOfPath())
    handler.addFilter(TaskInsteadOfError())
    handler.setFormatter(WithoutValues("%(levelname)s %(message)s"))
    logger = logging.Logger(name)
    logger.addHandler(handler)
    return logger


def test_a_traceback_shows_where_and_which_error_but_not_whom_it_is_about(lines: io.StringIO) -> None:
    logger = listen(lines, "gup.notifications")
    try:
        try:
            raise ValueError("Key (email)=(awa@example.org) already exists")
        except ValueError as cause:
            raise OSError("awa@example.org refused") from cause
    except OSError:
        logger.exception("message 12 not sent")
    shown = lines.getvalue()
    assert "ERROR message 12 not sent" in shown
    assert "ValueError" in shown and "OSError" in shown and "test_logs.py" in shown
    assert "awa@example.org refused" not in shown.replace('raise OSError("awa@example.org refused")', "")
    assert shown.count("already exists") == 1, "the line of code, and not the message"


def test_a_refused_request_shows_its_route_and_not_the_token_in_its_path(
    lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="django.request"):
        Client().get("/nulle-part/s3cr3t-t0k3n/")
    record = next(record for record in caplog.records if record.name == "django.request")
    listen(lines, "django.request").handle(record)
    assert lines.getvalue() == "WARNING GET (aucune route): 404\n"


def test_a_task_that_fails_shows_its_name_and_error_but_not_whom_it_was_for(
    lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    app = Celery("logs", set_as_current=False)

    @app.task(name="deliver")
    def deliver() -> None:
        raise OSError(f"{'awa'}@example.org refused")

    deliver.apply()
    record = next(record for record in caplog.records if record.name == "celery.app.trace")
    listen(lines, "celery.app.trace").handle(record)
    assert lines.getvalue().startswith("ERROR deliver: OSError\n")
    assert "awa@" not in lines.getvalue()


def test_the_console_of_the_settings_is_one_that_hides_people() -> None:
    console = next(handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, WithoutValues))
    assert {type(named) for named in console.filters} == {RouteInsteadOfPath, TaskInsteadOfError}
    assert logging.getLogger("django").handlers == []
