"""A project of version binds nobody: no report is due for it, none names it."""

from datetime import UTC, date, datetime

import pytest

from gup.incidents.errors import Refused
from gup.reports.requesting import request_ended_months, request_report
from tests.factories import VersionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 5, 15, 0, tzinfo=UTC)


def test_a_convention_that_is_only_a_project_has_no_report() -> None:
    project = VersionFactory(project=True)
    with pytest.raises(Refused):
        request_report(project.convention, date(2026, 9, 1), by=None, at=NOW)
    assert request_ended_months(NOW) == 0
