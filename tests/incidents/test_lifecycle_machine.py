"""Any life at all: whatever people do, in whatever order, the stored clocks are those that the history gives.

Several incidents of one place, merged and detached in chains; months published on the way, whose corrections add up.
"""

import contextlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gup.conventions.alerts import declare_alert, end_alert
from gup.conventions.amendments import activate
from gup.conventions.enums import StageChoice
from gup.conventions.models import Convention, ConventionVersion, CycloneAlert
from gup.escalations.escalate import escalate_due
from gup.escalations.models import Escalation
from gup.incidents.clock_situations import verdict_at
from gup.incidents.enums import Status, Verb
from gup.incidents.errors import NotAllowed, Refused
from gup.incidents.lifecycle import TRANSITIONS
from gup.incidents.models import Clock, Incident
from gup.incidents.projection import differences, states_of
from gup.incidents.recalculating import recalculate_due
from gup.incidents.undoing import undo, undoable
from gup.partners.models import User
from gup.reports.building import build_requested, rebuilt_differs
from gup.reports.decided import clocks_of, decided_in, rates_of, verdicts
from gup.reports.figures import monthly_figures
from gup.reports.models import Report
from gup.reports.monthly import ACCOUNTS, MonthlyFigures, from_json
from gup.reports.publishing import publish
from gup.reports.requesting import request_report
from gup.service_levels.compliance import month_bounds
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

START = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
ZONE = "America/Martinique"
REASONS = ["parts", "info_requested", "legal_notice", "social_movement"]


class Life(RuleBasedStateMachine):
    """An incident, the people around it, and a clock that only goes forward."""

    @initialize()
    def open(self) -> None:
        bailleur, self.town = OrganisationFactory(), OrganisationFactory(city_service=True)
        residence = ResidenceFactory(bailleur=bailleur)
        hours = {StageChoice.ACKNOWLEDGE: 4, StageChoice.ATTEND: 8, StageChoice.RESOLVE: 48}
        signed_convention(bailleur, [residence.quartier], hours=hours)
        signed_convention(self.town, [residence.quartier], hours={StageChoice.RESOLVE: 72})
        self.bailleur, self.dsu = bailleur, UserFactory(reviewer=True)
        self.administrator = UserFactory(administrator=True)
        self.people: list[User] = [
            UserFactory(association=True, residences=[residence]),
            UserFactory(manager=True, organisation=bailleur),
            UserFactory(service=True, organisation=self.town),
            self.dsu,
        ]
        self.now = START
        self.pk = IncidentFactory(residence=residence, category=CategoryFactory(), by=self.people[0], at=START).pk

    @rule(minutes=st.integers(1, 60 * 24 * 9))
    def time_passes(self, minutes: int) -> None:
        """The worker comes by: an amendment may have come into force meanwhile."""
        self.now += timedelta(minutes=minutes)
        recalculate_due(self.now)

    @rule(verb=st.sampled_from(["acknowledge", "attend", "make_safe", "resume", "confirm"]), who=st.integers(0, 3))
    def say(self, verb: str, who: int) -> None:
        self._try(verb, who)

    @rule(verb=st.sampled_from(["resolve", "contest", "reopen", "comment"]), who=st.integers(0, 3))
    def say_with_words(self, verb: str, who: int) -> None:
        self._try(verb, who, text="Des mots.")

    @rule(reason=st.sampled_from(REASONS), who=st.integers(1, 2))
    def hold(self, reason: str, who: int) -> None:
        self._try("hold", who, reason=reason, text="On attend.")

    @rule(priority=st.sampled_from(["danger", "urgent", "normal"]), correction=st.booleans())
    def reprioritise(self, priority: str, correction: bool) -> None:
        self._try("reprioritise", 3, priority=priority, text="Vu sur place.", correction=correction)

    @rule(to_town=st.booleans())
    def transfer(self, to_town: bool) -> None:
        self._try("transfer", 3, to=self.town if to_town else self.bailleur, text="Compétence.")

    @rule()
    def decline(self) -> None:
        self._try("decline", 3, reason="refused", text="Refusé.")

    @rule()
    def cyclone(self) -> None:
        """The DSU declares an alert where there is none, and ends the one there is."""
        self.now += timedelta(minutes=1)
        alert = CycloneAlert.objects.filter(ended_at__isnull=True).first()
        if alert is None:
            declare_alert(perimeter=None, reason="Ouragan", started_at=self.now, by=self.dsu, at=self.now)
        elif alert.started_at < self.now:
            end_alert(alert, ended_at=self.now, by=self.dsu, at=self.now)
        recalculate_due(self.now)

    @rule(hours=st.integers(6, 120))
    def amend(self, hours: int) -> None:
        """An amendment for open incidents, in force from the day after tomorrow."""
        last = ConventionVersion.objects.filter(convention__organisation=self.bailleur).order_by("number").last()
        assert last is not None
        day = last.convention.local_day(self.now) + timedelta(days=2)
        if day <= last.in_force_from or last.number > 2:
            return
        version = VersionFactory(
            project=True,
            convention=last.convention,
            number=last.number + 1,
            in_force_from=day,
            applies_to_open=True,
            quartiers=list(last.quartiers.all()),
        )
        CommitmentFactory(version=version, stage=StageChoice.ACKNOWLEDGE, target=HOUR)
        CommitmentFactory(version=version, stage=StageChoice.RESOLVE, target=hours * HOUR)
        activate(version, by=self.administrator, at=self.now)

    @rule(hours_before=st.integers(0, 60))
    def somebody_reported_it_before(self, hours_before: int) -> None:
        """A duplicate, received now, is merged into the incident."""
        duplicate = self._reported_again(hours_before)
        with contextlib.suppress(Refused):
            duplicate.merge_into(Incident.objects.get(pk=self.pk), by=self.dsu, at=self.now)

    @rule(hours_before=st.integers(0, 60))
    def it_was_a_duplicate_itself(self, hours_before: int) -> None:
        """Merged, with all that it holds, into another report, which goes on in its place."""
        master = self._reported_again(hours_before)
        with contextlib.suppress(Refused):
            Incident.objects.get(pk=self.pk).merge_into(master, by=self.dsu, at=self.now)
            self.pk = master.pk

    @rule(which=st.integers(0, 5))
    def detach(self, which: int) -> None:
        """Any duplicate is its own incident again, wherever it hangs in the chain."""
        self.now += timedelta(minutes=1)
        merged = list(Incident.objects.filter(status=Status.MERGED).order_by("pk"))
        if merged:
            merged[which % len(merged)].unmerge(by=self.dsu, at=self.now)

    @rule(which=st.integers(0, 5))
    def turn_to_another(self, which: int) -> None:
        alive = list(Incident.objects.exclude(status=Status.MERGED).order_by("pk"))
        self.pk = alive[which % len(alive)].pk

    @rule(months_back=st.integers(1, 3))
    def publish(self, months_back: int) -> None:
        """The DSU publishes a month that is over, in whatever order."""
        month = self._months()[-1]
        for _ in range(months_back):
            month = (month - timedelta(days=1)).replace(day=1)
        self.now += timedelta(minutes=1)
        with contextlib.suppress(Refused):
            report = request_report(self._convention(), month, by=self.dsu, at=self.now)
            build_requested(self.now)
            report.refresh_from_db()
            publish(report, by=self.dsu, at=self.now)

    def _convention(self) -> Convention:
        return Convention.objects.get(organisation=self.bailleur)

    def _reported_again(self, hours_before: int) -> Incident:
        self.now += timedelta(minutes=1)
        incident = Incident.objects.get(pk=self.pk)
        made: Incident = IncidentFactory(
            residence=incident.residence,
            category=incident.category,
            by=self.people[0],
            at=self.now,
            reported_at=self.now - timedelta(hours=hours_before),
        )
        return made

    @rule()
    def arbitrate(self) -> None:
        """The DSU excuses what is late, where it may."""
        self.now += timedelta(minutes=1)
        late = Clock.objects.filter(incident=self.pk, due_at__lt=self.now, is_excused=False).first()
        if late is not None:
            with contextlib.suppress(Refused):
                Incident.objects.get(pk=self.pk).arbitrate(by=self.dsu, at=self.now, clock=late, text="Force majeure.")

    @rule()
    def sweep(self) -> None:
        escalate_due(self.now)
        assert escalate_due(self.now) == 0, "a second sweep at the same instant finds nothing"

    @rule(who=st.integers(0, 3), seconds=st.integers(0, 70))
    def take_back(self, who: int, seconds: int) -> None:
        """A word of hers, and its taking back: within a minute all stands as before, later nothing does."""
        user = User.objects.get(pk=self.people[who].pk)
        self._try("comment" if who == 0 else "acknowledge", who, text="Trop vite.")
        incident = Incident.objects.get(pk=self.pk)
        said = undoable(incident, user, self.now)
        if said is None:
            return
        held = self._state_before(incident, said.seq)
        self.now += timedelta(seconds=seconds)
        if seconds >= 60:
            with pytest.raises(NotAllowed):
                undo(incident, by=user, at=self.now)
            return
        undo(incident, by=user, at=self.now)
        after = Incident.objects.get(pk=self.pk)
        assert self._state_before(after, after.version + 1) == held
        assert after.status == said.data["before"]["status"]

    def _state_before(self, incident: Incident, seq: int) -> list[object]:
        """The clocks that the history gave before its event `seq`."""
        states = states_of(incident, list(incident.events.filter(seq__lt=seq)), self.now)
        return [(each.key, each.started_at, each.stopped_at, each.due_at, each.paused_seconds) for each in states]

    def _try(self, verb: str, who: int, **given: object) -> None:
        """Said or refused: a refusal writes nothing."""
        incident = Incident.objects.get(pk=self.pk)
        user = User.objects.get(pk=self.people[who].pk)
        before = (incident.version, incident.status)
        self.now += timedelta(seconds=1)
        is_allowed = Verb(verb) in incident.allowed_actions(user)
        try:
            getattr(incident, verb)(by=user, at=self.now, **given)
        except Refused:
            after = Incident.objects.get(pk=self.pk)
            assert (after.version, after.status) == before
            return
        assert is_allowed
        after = Incident.objects.get(pk=self.pk)
        assert after.version == before[0] + 1
        assert after.status == TRANSITIONS[Verb(verb)].moves[Status(before[1])]

    @invariant()
    def stored_clocks_are_those_of_a_fresh_fold(self) -> None:
        for incident in Incident.objects.all():
            assert differences(incident, self.now) == []

    @invariant()
    def events_are_numbered_without_a_gap(self) -> None:
        for incident in Incident.objects.all():
            assert list(incident.events.values_list("seq", flat=True)) == list(range(1, incident.version + 1))

    @invariant()
    def no_level_fires_twice_nor_while_paused(self) -> None:
        if hasattr(self, "pk"):
            levels = list(Escalation.objects.values_list("clock", "level"))
            assert len(levels) == len(set(levels))
            assert not Clock.objects.filter(remaining_seconds__isnull=False, next_action_at__isnull=False).exists()

    @invariant()
    def each_decided_clock_counts_in_exactly_one_month(self) -> None:
        if not hasattr(self, "pk"):
            return
        counted: list[int] = []
        for month in self._months():
            start, end = month_bounds(month, ZONE)
            rows = decided_in(Clock.objects.all(), month, timezone=ZONE, now=self.now)
            counted += [row.pk for row in rows if verdicts(row, start, end).contractual is not None]
        decided = (Verdict.HELD, Verdict.MISSED)
        expected = [clock.pk for clock in Clock.objects.all() if verdict_at(clock, self.now) in decided]
        assert sorted(counted) == sorted(expected)

    def _months(self) -> list[date]:
        """Every month that the life has touched; a duplicate may have been reported before it."""
        months, month = [], date(START.year, START.month - 1, 1)
        while month_bounds(month, ZONE)[0] <= self.now:
            months.append(month)
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        return months

    def the_reports_say_the_same(self) -> None:
        """Folded from events, each month has the figures of the stored clocks; its stock adds up or raises."""
        if not hasattr(self, "pk"):
            return
        convention = self._convention()
        for month in self._months()[:-1]:
            report = Report(convention=convention, month=month, requested_at=self.now)
            figures = monthly_figures(report, now=self.now)
            three = rates_of(decided_in(clocks_of(report), month, timezone=ZONE, now=self.now), month, ZONE)
            assert (figures.total.held, figures.total.missed) == (three.contractual.held, three.contractual.missed)

    def what_was_sealed_and_its_corrections_add_up(self) -> None:
        """A sealed month, by each way of counting, with every ±1 told of it since, is the month as it stands today."""
        if not hasattr(self, "pk"):
            return
        published = {each.month: each for each in Report.objects.filter(published_at__isnull=False)}
        today = Report(convention=self._convention(), month=self._months()[-1], requested_at=self.now)
        corrections = list(monthly_figures(today, now=self.now).corrections)
        for each in published.values():
            assert rebuilt_differs(each) == []
            corrections += from_json(each.figures or {}).corrections
        for month, report in published.items():
            counted = _by_account(from_json(report.figures or {}))
            for line in corrections:
                for account in line.accounts if line.month == month else []:
                    counted[account, line.verdict] += line.sign
            now = Report(convention=report.convention, month=month, requested_at=self.now)
            assert +counted == +_by_account(monthly_figures(now, now=self.now))


def _by_account(figures: MonthlyFigures) -> Counter[tuple[str, str]]:
    """The clocks of a month, by way of counting and verdict."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in figures.stages:
        for account, rate in zip(ACCOUNTS, (line.contractual, line.strict, line.arbitrated), strict=True):
            counted[account, "held"] += rate.held
            counted[account, "missed"] += rate.missed
    return counted


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=False)
def test_any_life_keeps_its_clocks_true(db: None) -> None:
    class Isolated(Life):
        """Each life in a transaction of its own, undone at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            try:
                self.the_reports_say_the_same()
                self.what_was_sealed_and_its_corrections_add_up()
            finally:
                transaction.savepoint_rollback(self.before)

    run_state_machine_as_test(
        Isolated,
        settings=settings(
            max_examples=8,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A life that goes wrong is told as it was lived: to shorten it takes longer than the whole suite.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            report_multiple_bugs=False,
        ),
    )
