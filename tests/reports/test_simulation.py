"""A project over the last twelve months, beside what they were: the same fold, and nothing written."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from gup.conventions.enums import StageChoice
from gup.conventions.models import Category, ConventionVersion
from gup.incidents.models import Clock, Incident
from gup.reports.simulation import Simulation, simulate
from gup.service_levels.compliance import Rate
from gup.service_levels.stages import Verdict
from tests.factories import (
    HOUR,
    CategoryFactory,
    CommitmentFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    VersionFactory,
    signed_convention,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def signed() -> ConventionVersion:
    """Repairs within 48 hours."""
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    UserFactory(manager=True, organisation=bailleur)
    CategoryFactory(name="Ascenseur")
    return signed_convention(
        bailleur, [residence.quartier], hours={StageChoice.RESOLVE: 48}, in_force_from=date(2026, 2, 1)
    )


def _project(signed: ConventionVersion, hours: int = 24) -> ConventionVersion:
    version: ConventionVersion = VersionFactory(
        project=True,
        convention=signed.convention,
        number=1,
        in_force_from=date(2027, 1, 1),
        quartiers=list(signed.quartiers.all()),
    )
    CommitmentFactory(version=version, target=hours * HOUR)
    return version


def _repaired(signed: ConventionVersion, at: datetime, *, after: int | None, **fields: Any) -> Incident:
    incident: Incident = IncidentFactory(
        residence=signed.quartiers.get().residences.get(),
        category=Category.objects.get(name="Ascenseur"),
        at=at,
        **fields,
    )
    if after is not None:
        manager = signed.convention.organisation.memberships.get().user
        incident.resolve(by=manager, at=at + after * AN_HOUR, text="Réparé.")
    return incident


def _rates(found: Simulation) -> tuple[Rate, Rate]:
    (line,) = found.stages
    return line.observed.rates.contractual, line.supposed.rates.contractual


def test_a_shorter_delay_moves_exactly_the_repairs_between_the_two(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=20)
    moved = _repaired(signed, MARCH, after=30)
    _repaired(signed, MARCH, after=60)
    found = simulate(_project(signed), now=NOW)
    assert _rates(found) == (Rate(2, 1), Rate(1, 2))
    assert [(each.reference, each.was, each.would_be) for each in found.moved] == [
        (moved.ref, Verdict.HELD, Verdict.MISSED)
    ]
    assert (found.moved[0].due_was, found.moved[0].due_would_be) == (MARCH + 48 * AN_HOUR, MARCH + 24 * AN_HOUR)
    (line,) = found.categories
    assert line.category == "Ascenseur"
    assert line.points == pytest.approx(-100 / 3)


def test_the_same_promises_give_the_same_figures(signed: ConventionVersion) -> None:
    for after in (20, 30, 60, None):
        _repaired(signed, MARCH, after=after)
    found = simulate(_project(signed, hours=48), now=NOW)
    assert found.stages[0].observed == found.stages[0].supposed
    assert (found.moved, found.stages[0].points) == ([], 0)


def test_what_the_convention_did_not_govern_is_told_and_is_in_neither_rate(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH - timedelta(days=60), after=60)
    _repaired(signed, MARCH, after=20)
    found = simulate(_project(signed), now=NOW)
    assert (found.incidents, found.gaining, _rates(found)) == (1, 1, (Rate(1, 0), Rate(1, 0)))


def test_only_the_twelve_ended_months_count_where_people_live(signed: ConventionVersion) -> None:
    # 03:30 UTC on the first of November is still October in Martinique.
    _repaired(signed, datetime(2026, 10, 31, 3, 30, tzinfo=UTC), after=24)
    _repaired(signed, datetime(2026, 10, 31, 4, 0, tzinfo=UTC), after=24)
    found = simulate(_project(signed), now=NOW)
    assert _rates(found) == (Rate(1, 0), Rate(1, 0))


def test_a_confidential_incident_is_counted_and_never_listed(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=30, is_confidential=True)
    found = simulate(_project(signed), now=NOW)
    assert (found.moved, found.moved_confidential, _rates(found)) == ([], 1, (Rate(1, 0), Rate(0, 1)))


def test_a_stage_that_only_the_project_promises_is_compared_with_nothing(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=20)
    project = _project(signed)
    CommitmentFactory(version=project, stage=StageChoice.ACKNOWLEDGE, target=30 * HOUR)
    line = simulate(project, now=NOW).stages[0]
    assert (line.stage, line.observed.rates.contractual, line.supposed.rates.contractual) == (
        "acknowledge",
        Rate(),
        Rate(1, 0),
    )
    assert line.points is None


def test_nothing_is_written(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=30)
    project = _project(signed)
    before = list(Clock.objects.order_by("pk").values())

    def refuse_writing(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")), sql
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse_writing):
        simulate(project, now=NOW)
    assert list(Clock.objects.order_by("pk").values()) == before


def test_the_queries_do_not_follow_the_number_of_incidents(
    signed: ConventionVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    project = _project(signed)
    _repaired(signed, MARCH, after=30)
    simulate(project, now=NOW)  # compiles the calendars, once in each process
    with django_assert_num_queries(18):
        simulate(project, now=NOW)
    for after in range(1, 20):
        _repaired(signed, MARCH, after=after)
    with django_assert_num_queries(18):
        simulate(project, now=NOW)


def test_what_is_no_project_is_refused(signed: ConventionVersion) -> None:
    with pytest.raises(ValidationError, match="activée"):
        simulate(signed, now=NOW)
    empty = VersionFactory(project=True, convention=signed.convention, number=1, in_force_from=date(2027, 1, 1))
    with pytest.raises(ValidationError, match="aucun engagement"):
        simulate(empty, now=NOW)


def test_the_command_prints_the_comparison(signed: ConventionVersion, capsys: pytest.CaptureFixture[str]) -> None:
    _project(signed)
    call_command("simulate", signed.convention.slug)
    assert "0 incidents comparés" in capsys.readouterr().out
