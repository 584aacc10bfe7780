"""Any life at all: whatever people do, in whatever order, the stored clocks are those that the history gives."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gup.conventions.enums import StageChoice
from gup.escalations.escalate import escalate_due
from gup.escalations.models import Escalation
from gup.incidents.enums import Status, Verb
from gup.incidents.errors import Refused
from gup.incidents.lifecycle import TRANSITIONS
from gup.incidents.models import Clock, Incident
from gup.incidents.projection import differences
from gup.partners.models import User
from tests.factories import (
    CategoryFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    signed_convention,
)

START = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
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
        self.now += timedelta(minutes=minutes)

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
    def sweep(self) -> None:
        escalate_due(self.now)
        assert escalate_due(self.now) == 0, "a second sweep at the same instant finds nothing"

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
        if hasattr(self, "pk"):
            assert differences(Incident.objects.get(pk=self.pk), self.now) == []

    @invariant()
    def events_are_numbered_without_a_gap(self) -> None:
        if hasattr(self, "pk"):
            incident = Incident.objects.get(pk=self.pk)
            assert list(incident.events.values_list("seq", flat=True)) == list(range(1, incident.version + 1))

    @invariant()
    def no_level_fires_twice_nor_while_paused(self) -> None:
        if hasattr(self, "pk"):
            levels = list(Escalation.objects.values_list("clock", "level"))
            assert len(levels) == len(set(levels))
            assert not Clock.objects.filter(remaining_seconds__isnull=False, next_action_at__isnull=False).exists()


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=False)
def test_any_life_keeps_its_clocks_true(db: None) -> None:
    class Isolated(Life):
        """Each life in a transaction of its own, undone at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.before)

    run_state_machine_as_test(
        Isolated,
        settings=settings(
            max_examples=25, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
