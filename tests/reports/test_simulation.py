"""A project over the last twelve months, beside what they were: the same fold, and nothing written."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from gup.conventions.enums import StageChoice
from gup.conventions.models import Category, ConventionVersion
from gup.incidents.models import Incident
from gup.reports.simulation import Outcome, Simulation, simulate
from gup.service_levels.compliance import Rate
from tests.factories import (
    HOUR,
    CategoryFactory,
    CommitmentFactory,
    EscalationStepFactory,
    IncidentFactory,
    OrganisationFactory,
    QuartierFactory,
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


def _project(signed: ConventionVersion, hours: int = 24, number: int = 1) -> ConventionVersion:
    version: ConventionVersion = VersionFactory(
        project=True,
        convention=signed.convention,
        number=number,
        in_force_from=date(2027, 1, 1),
        quartiers=list(signed.quartiers.all()),
    )
    CommitmentFactory(version=version, target=hours * HOUR)
    return version


def _project_again(project: ConventionVersion, hours: int) -> ConventionVersion:
    project.commitments.update(target=hours * HOUR)
    return project


def _repaired(signed: ConventionVersion, at: datetime, *, after: int | None, **fields: Any) -> Incident:
    incident: Incident = IncidentFactory(
        residence=signed.quartiers.get().residences.get(),
        at=at,
        **{"category": Category.objects.get(name="Ascenseur"), **fields},
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
        (moved.ref, Outcome.HELD, Outcome.MISSED)
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
    before = _every_row()

    def refuse_writing(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "DECLARE", "FETCH", "CLOSE")), sql
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse_writing):
        simulate(project, now=NOW)
    assert _every_row() == before


def _every_row() -> dict[str, list[tuple[Any, ...]]]:
    """The content of every table of the product."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in tables}


def test_the_queries_do_not_follow_the_number_of_incidents(
    signed: ConventionVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    project = _project(signed)
    _repaired(signed, MARCH, after=30)
    simulate(project, now=NOW)  # compiles the calendars, once in each process
    with django_assert_num_queries(21):
        simulate(project, now=NOW)
    for after in range(1, 20):
        _repaired(signed, MARCH, after=after, category=CategoryFactory())
    with django_assert_num_queries(21):
        simulate(project, now=NOW)


def test_each_side_is_judged_by_the_threshold_that_it_promised(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=20)
    project = _project(signed)
    project.commitments.update(threshold_percent=95)
    (line,) = simulate(project, now=NOW).stages
    assert (line.observed.threshold_percent, line.supposed.threshold_percent) == (90, 95)


def test_a_quartier_that_the_project_leaves_out_falls_outside_the_convention(signed: ConventionVersion) -> None:
    incident = _repaired(signed, MARCH, after=20)
    elsewhere = QuartierFactory()
    project = _project(signed)
    project.quartiers.set([elsewhere])
    found = simulate(project, now=NOW)
    assert (found.incidents, found.losing, found.gaining) == (1, 1, 0)
    assert found.directions == {(Outcome.HELD, Outcome.ABSENT): 1}
    assert (found.moved[0].reference, found.moved[0].due_would_be) == (incident.ref, None)


def test_what_was_still_open_at_the_end_is_undecided_even_if_it_was_decided_since(signed: ConventionVersion) -> None:
    _repaired(signed, datetime(2026, 10, 31, 12, 0, tzinfo=UTC), after=40)
    found = simulate(_project(signed, hours=72), now=NOW)
    (line,) = found.stages
    assert (line.observed.undecided, line.supposed.undecided, _rates(found)) == (1, 1, (Rate(), Rate()))
    # Under 12 hours it would have been missed before November.
    found = simulate(_project_again(found.version, hours=12), now=NOW)
    assert found.directions == {(Outcome.UNDECIDED, Outcome.MISSED): 1}


def test_a_delay_that_waits_is_undecided_though_people_lived_it_as_late(signed: ConventionVersion) -> None:
    incident = _repaired(signed, MARCH, after=None)
    agent = UserFactory(agent=True, organisation=signed.convention.organisation)
    incident.acknowledge(by=agent, at=MARCH + AN_HOUR)
    incident.hold(by=agent, at=MARCH + 2 * AN_HOUR, reason="legal_notice", text="Mise en demeure.")
    (line,) = simulate(_project(signed), now=NOW).stages
    assert (line.observed.undecided, line.observed.rates.contractual, line.observed.rates.strict) == (
        1,
        Rate(),
        Rate(0, 1),
    )


def test_what_was_reported_before_the_twelve_months_keeps_what_it_was_promised() -> None:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed = signed_convention(bailleur, [residence.quartier], hours={StageChoice.RESOLVE: 48})
    # Late on 1 November under 48 hours, on 31 October under 24.
    IncidentFactory(residence=residence, at=datetime(2025, 10, 30, 12, 0, tzinfo=UTC))
    found = simulate(_project(signed), now=NOW)
    assert (found.incidents, found.moved, found.stages) == (0, [], [])


def test_a_report_that_was_not_received_yet_is_not_known(signed: ConventionVersion) -> None:
    received = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
    _repaired(signed, received, after=None, reported_at=received - timedelta(days=3))
    project = _project(signed)
    assert simulate(project, now=received - timedelta(days=1)).incidents == 0
    assert simulate(project, now=received).incidents == 1


def test_delays_added_and_dropped_are_told(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=20)
    project = _project(signed)
    CommitmentFactory(version=project, stage=StageChoice.ACKNOWLEDGE, target=30 * HOUR)
    found = simulate(project, now=NOW)
    assert (found.extended, found.reduced, found.losing) == (1, 0, 0)
    project.commitments.filter(stage=StageChoice.RESOLVE).delete()
    found = simulate(project, now=NOW)
    assert (found.extended, found.reduced, found.losing) == (1, 1, 0)


def test_families_and_their_categories_add_up_to_the_stage(signed: ConventionVersion) -> None:
    for after in (20, 30, 60):
        _repaired(signed, MARCH, after=after)
        other = CategoryFactory()
        _repaired(signed, MARCH, after=after, category=other)
    found = simulate(_project(signed), now=NOW)
    for lines in (found.families, found.categories):
        for side in ("observed", "supposed"):
            held = sum(getattr(line, side).rates.contractual.held for line in lines)
            missed = sum(getattr(line, side).rates.contractual.missed for line in lines)
            assert Rate(held, missed) == getattr(found.stages[0], side).rates.contractual


def test_levels_are_those_reached_before_the_repair(signed: ConventionVersion) -> None:
    _repaired(signed, MARCH, after=30)
    project = _project(signed)
    for step in signed.escalation_steps.all():
        EscalationStepFactory(version=project, level=step.level, share_percent=step.share_percent)
    # Repaired after 30 hours: nothing of 48 (36 h, 48 h...), but 18 h and 24 h of 24; 36 h never came.
    found = simulate(project, now=NOW)
    assert [(each.level, each.observed, each.supposed) for each in found.levels] == [
        (1, 0, 1),
        (2, 0, 1),
        (3, 0, 0),
        (4, 0, 0),
    ]


def test_no_level_is_reached_during_a_wait(signed: ConventionVersion) -> None:
    incident = _repaired(signed, MARCH, after=None)
    agent = UserFactory(agent=True, organisation=signed.convention.organisation)
    incident.acknowledge(by=agent, at=MARCH + AN_HOUR)
    incident.hold(by=agent, at=MARCH + 40 * AN_HOUR, reason="legal_notice", text="Mise en demeure.")
    incident.resume(by=agent, at=MARCH + 400 * AN_HOUR)
    incident.resolve(by=agent, at=MARCH + 402 * AN_HOUR, text="Réparé.")
    found = simulate(_project(signed), now=NOW)
    # 36 h came before the wait; 42 h of work never reached 48.
    assert [(each.level, each.observed) for each in found.levels] == [(1, 1)]


def test_an_amendment_on_the_way_counts_as_it_was_and_not_under_the_project(signed: ConventionVersion) -> None:
    april = date(2026, 4, 1)
    ConventionVersion.objects.filter(pk=signed.pk).update(in_force_until=april)
    amendment = VersionFactory(
        convention=signed.convention,
        number=1,
        in_force_from=april,
        applies_to_open=True,
        quartiers=list(signed.quartiers.all()),
    )
    CommitmentFactory(version=amendment, target=36 * HOUR)
    project = _project(signed, number=2)
    before = _repaired(signed, MARCH, after=40)
    _repaired(signed, datetime(2026, 5, 10, 12, 0, tzinfo=UTC), after=40)
    # Open on the day of the amendment: held under 48 hours cut to 36 from that day, missed under the project.
    across = _repaired(signed, datetime(2026, 3, 31, 12, 0, tzinfo=UTC), after=40)
    found = simulate(project, now=NOW)
    assert _rates(found) == (Rate(2, 1), Rate(0, 3))
    assert {each.reference for each in found.moved} == {before.ref, across.ref}
    dues = {each.reference: each.due_would_be for each in found.moved}
    assert dues[across.ref] == datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def test_what_is_no_project_is_refused(signed: ConventionVersion) -> None:
    with pytest.raises(ValidationError, match="activée"):
        simulate(signed, now=NOW)
    project = _project(signed)
    project.quartiers.clear()
    with pytest.raises(ValidationError, match="aucun quartier"):
        simulate(project, now=NOW)
    project.commitments.all().delete()
    with pytest.raises(ValidationError, match="aucun engagement"):
        simulate(project, now=NOW)


def test_the_command_prints_the_comparison(signed: ConventionVersion, capsys: pytest.CaptureFixture[str]) -> None:
    _project(signed)
    call_command("simulate", signed.convention.slug)
    assert "0  incidents comparés" in capsys.readouterr().out
