"""One invented incident after another: who does what, when, drawn from a seed; every step is a verb of the domain."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import AnonymousUser

from gup.conventions.models import Category
from gup.incidents.enums import Channel, ClosureReason, PhotoKind, Priority, Status, Verb
from gup.incidents.errors import Refused
from gup.incidents.intake import open_incident
from gup.incidents.models import Incident
from gup.partners.actors import PublicReporter
from gup.partners.models import Organisation, User
from gup.places.models import Residence, Spot
from gup.reference.demonstration.album import Album
from gup.reference.demonstration.problems import ACKNOWLEDGED, CONTESTED, REPAIRED, WAITING, Problem

# How fast each party is, as a share of what it promised: the middle of its days. SIMAR drags on its lifts.
PACE = {"simar": 0.55, "smhlm": 0.5, "ozanam": 0.65, "ville-lamentin": 0.7, "cacem": 0.6}
LIFT_PACE = {"simar": 1.15}
UNHURRIED = timedelta(days=6)

Action = Callable[[datetime], None]


@dataclass(slots=True)
class Cast:
    """The people and places that the stories draw from."""

    users: dict[str, User]
    staff: dict[str, list[User]]
    associations: dict[int, User]
    residences: list[Residence]
    spots: dict[int, list[Spot]]
    categories: dict[str, Category]


@dataclass(slots=True)
class Director:
    """Draws the stories and puts their steps in the agenda; `agenda(at, action)` runs each when its hour comes."""

    chance: random.Random
    cast: Cast
    album: Album
    agenda: Callable[[datetime, Action], None]
    refused: int = 0
    opened: int = 0
    by_place: dict[tuple[int, str], str] = field(default_factory=dict)

    def report(self, problem: Problem, residence: Residence, at: datetime) -> None:
        """Somebody reports a problem; what follows is put in the agenda."""
        category = self.cast.categories[problem.category]
        spot = self._spot(residence, problem)
        witness = self.cast.associations.get(residence.pk)
        by: User | AnonymousUser = witness if witness and self.chance.random() < 0.65 else AnonymousUser()
        late_by = timedelta(minutes=self.chance.choice([0, 0, 0, 0, 20, 90, 600]))
        opened = open_incident(
            by=by,
            at=at,
            residence=residence,
            spot=spot,
            category=category,
            title=self.chance.choice(problem.titles),
            reported_at=at - late_by,
            channel=Channel.DESK if isinstance(by, User) else Channel.QR,
            chance=self.chance,
        )
        self.opened += 1
        incident, reporter = opened.incident, by if isinstance(by, User) else PublicReporter(opened.incident.pk)
        if not incident.is_confidential and self.chance.random() < 0.15:
            self.album.join(incident, PhotoKind.BEFORE, by=reporter, at=at)
        self._follow(incident, witness, reporter, at)

    def _follow(self, incident: Incident, witness: User | None, reporter: User | PublicReporter, at: datetime) -> None:
        """Plan the rest of the story: duplicates, support, the party's work, the tenants' answer."""
        twin = self.by_place.get((incident.spot_id or 0, incident.category.slug))
        self.by_place[incident.spot_id or 0, incident.category.slug] = incident.ref
        if twin and self.chance.random() < 0.8:
            self._later(at, 3, 30, lambda now: self._merge(incident.pk, twin, now))
        for _ in range(self.chance.choice([0, 0, 0, 0, 1, 1, 2, 4])):
            browser = f"{self.chance.getrandbits(256):064x}"
            self._later(at, 2, 60, partial(self._support, incident.pk, browser))
        handler = self._handler(incident)
        if handler is None:
            if self.chance.random() < 0.7:
                self._later(at, 48, 240, lambda now: self._decline(incident.pk, now))
            return
        self._plan_work(incident, handler, witness, reporter, at)

    def _plan_work(
        self, incident: Incident, handler: User, witness: User | None, reporter: User | PublicReporter, at: datetime
    ) -> None:
        dues = {clock.stage: clock.due_at for clock in incident.clocks.exclude(stage="receipt") if clock.due_at}
        party = incident.responsible.slug
        pace = PACE.get(party, 0.7)
        if incident.category.family.slug == "lifts":
            pace = LIFT_PACE.get(party, pace)
        if self.opened % 97 == 0:
            return  # forgotten by everybody: what escalations are for
        repaired = self._when(at, dues.get("resolve"), pace)
        first = self._when(at, min(dues.values(), default=None), pace * 0.6)
        first = max(min(first, repaired - timedelta(minutes=25)), at + timedelta(minutes=2))
        repaired = max(repaired, first + timedelta(minutes=10))
        self.agenda(first, lambda now: self._acknowledge(incident.pk, handler, now))
        for stage in ("attend", "make_safe"):
            if stage in dues:
                reached = min(max(self._when(at, dues[stage], pace), first + timedelta(minutes=5)), repaired)
                self.agenda(reached, partial(self._say, incident.pk, Verb(stage), handler))
        if self.chance.random() < 0.03:
            self.agenda(first + timedelta(minutes=20), lambda now: self._raise(incident.pk, handler, now))
        if incident.category.slug == "bulky-private" and self.chance.random() < 0.1:
            self.agenda(first + timedelta(hours=1), lambda now: self._hand_over(incident.pk, handler, now))
        if self.chance.random() < 0.12:
            pause = timedelta(hours=self.chance.randint(10, 130))
            reason = self.chance.choice(["parts", "access_refused", "info_requested", "parts"])
            self.agenda(first + timedelta(hours=1), lambda now: self._hold(incident.pk, handler, reason, now))
            self.agenda(
                first + timedelta(hours=1) + pause, lambda now: self._say(incident.pk, Verb.RESUME, handler, now)
            )
            repaired = max(repaired, first + timedelta(hours=2) + pause)
        self.agenda(repaired, lambda now: self._repair(incident.pk, handler, now, again=False))
        if isinstance(reporter, User) or self.chance.random() < 0.15:
            self._later(repaired, 4, 120, lambda now: self._answer(incident.pk, reporter, handler, now))

    def _acknowledge(self, pk: int, handler: User, now: datetime) -> None:
        words = self.chance.choice(ACKNOWLEDGED)
        self._try(pk, lambda incident: incident.acknowledge(by=handler, at=now, text=words))

    def _say(self, pk: int, verb: Verb, handler: User, now: datetime) -> None:
        self._try(pk, lambda incident: getattr(incident, verb.value)(by=handler, at=now))

    def _repair(self, pk: int, handler: User, now: datetime, *, again: bool) -> None:
        def repair(incident: Incident) -> None:
            if not incident.is_confidential and (again or self.chance.random() < 0.45):
                self.album.join(incident, PhotoKind.AFTER, by=handler, at=now)
            incident.resolve(by=handler, at=now, text=self.chance.choice(REPAIRED))

        self._try(pk, repair)

    def _answer(self, pk: int, reporter: User | PublicReporter, handler: User, now: datetime) -> None:
        """The tenants confirm, contest (and it is done again), or keep silent."""
        drawn = self.chance.random()
        if drawn < 0.55:
            self._try(pk, lambda incident: incident.confirm(by=reporter, at=now))
        elif drawn < 0.7:
            words = self.chance.choice(CONTESTED)
            self._try(pk, lambda incident: incident.contest(by=reporter, at=now, text=words))
            self._later(now, 2, 20, lambda later: self._acknowledge(pk, handler, later))
            self._later(now, 24, 160, lambda later: self._repair(pk, handler, later, again=True))

    def _hold(self, pk: int, handler: User, reason: str, now: datetime) -> None:
        def hold(incident: Incident) -> None:
            if reason == "access_refused" and not incident.is_confidential:
                self.album.join(incident, PhotoKind.ACCESS, by=handler, at=now)
            incident.hold(by=handler, at=now, reason=reason, text=WAITING[reason])

        self._try(pk, hold)

    def _raise(self, pk: int, handler: User, now: datetime) -> None:
        words = "Une personne à mobilité réduite est concernée."
        self._try(pk, lambda incident: incident.reprioritise(by=handler, at=now, priority=Priority.URGENT, text=words))

    def _hand_over(self, pk: int, handler: User, now: datetime) -> None:
        """Not on the bailleur's ground after all: the agent proposes, the DSU hands over."""
        to = Organisation.objects.get(slug="cacem")
        words = "Le dépôt est sur le domaine public."
        self._try(pk, lambda incident: incident.propose_transfer(by=handler, at=now, to=to, text=words))
        receiver, dsu = self.cast.staff["cacem"][0], self.cast.users["dsu"]
        self._later(
            now, 4, 40, lambda later: self._try(pk, lambda each: each.transfer(by=dsu, at=later, to=to, text=words))
        )
        self._later(now, 50, 70, lambda later: self._acknowledge(pk, receiver, later))
        self._later(now, 80, 200, lambda later: self._repair(pk, receiver, later, again=True))

    def _merge(self, pk: int, master_ref: str, now: datetime) -> None:
        master = Incident.objects.select_related("category").get(ref=master_ref)
        if master.status in (Status.CLOSED, Status.RESOLVED, Status.MERGED):
            return
        dsu = self.cast.users["dsu"]
        self._try(pk, lambda incident: incident.merge_into(master, by=dsu, at=now))

    def _support(self, pk: int, browser: str, now: datetime) -> None:
        self._try(pk, lambda incident: incident.support(by=AnonymousUser(), at=now, browser_hash=browser))

    def _decline(self, pk: int, now: datetime) -> None:
        words = "Aucun partenaire de la démarche n'est compétent ; la personne est orientée vers la médiation."
        dsu, reason = self.cast.users["dsu"], ClosureReason.OUT_OF_SCOPE
        self._try(pk, lambda incident: incident.decline(by=dsu, at=now, reason=reason, text=words))

    def _try(self, pk: int, action: Callable[[Incident], object]) -> None:
        """Life goes its own way: a step that is no longer possible is refused by the domain, and skipped."""
        incident = Incident.objects.select_related("category__parent", "residence", "responsible", "reporter").get(
            pk=pk
        )
        try:
            action(incident)
        except Refused:
            self.refused += 1

    def _handler(self, incident: Incident) -> User | None:
        """Somebody of the party in charge who may act on it."""
        staff = self.cast.staff.get(incident.responsible.slug, [])
        able = [user for user in staff if Verb.ACKNOWLEDGE in incident.allowed_actions(user)]
        return able[0] if able else None

    def _when(self, start: datetime, due: datetime | None, pace: float) -> datetime:
        """A moment around the promised one, mostly before it; seldom at night."""
        allowed = (due - start) if due else UNHURRIED
        moment = start + allowed * self.chance.lognormvariate(0, 0.55) * pace
        moment += timedelta(minutes=3)
        is_night = not 6 <= (moment.hour - 4) % 24 < 18
        if is_night and allowed > timedelta(hours=20):
            moment = moment.replace(hour=self.chance.randint(11, 17)) + timedelta(days=moment.hour - 4 >= 18)
        return max(moment, start + timedelta(minutes=2))

    def _later(self, at: datetime, first_hour: int, last_hour: int, action: Action) -> None:
        self.agenda(at + timedelta(minutes=self.chance.randint(first_hour * 60, last_hour * 60)), action)

    def _spot(self, residence: Residence, problem: Problem) -> Spot | None:
        fitting = [spot for spot in self.cast.spots[residence.pk] if spot.kind in problem.spot_kinds]
        return self.chance.choice(fitting) if fitting else None
