"""The moving clock: twelve months told hour by hour, the worker's own tasks run when their hour comes."""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.db import transaction

from gup.conventions.models import Category
from gup.conventions.promise_book import one_book
from gup.escalations.escalate import escalate_due
from gup.incidents.errors import Refused
from gup.incidents.housekeeping import close_unanswered
from gup.incidents.models import Clock, Incident, Photo
from gup.notifications.outbox import consider_sent
from gup.partners.enums import Role
from gup.partners.models import Management, User
from gup.places.models import Residence
from gup.reference.demonstration.accounts import ASSOCIATIONS, create_accounts
from gup.reference.demonstration.album import Album
from gup.reference.demonstration.amendment import draft_amendment
from gup.reference.demonstration.problems import PROBLEMS, STORM, Problem
from gup.reference.demonstration.promised import Promised
from gup.reference.demonstration.story import Action, Cast, Director
from gup.reference.demonstration.weather import storm_day, weather
from gup.reports.building import build_requested
from gup.reports.enums import ReportStatus
from gup.reports.models import Report
from gup.reports.publishing import publish
from gup.reports.requesting import request_ended_months

SEED = 97213
MONTHS = 12
PER_DAY = 3.6
STORM_REPORTS = 70
RAINY = range(7, 12)
# Le Lamentin is four hours behind UTC, all year.
HOURS = (11, 11, 12, 12, 13, 14, 15, 16, 18, 20, 21, 22, 23, 23, 0, 1)
# Letters older than this are not written: nobody would read ten thousand files. The worker sends the last days'.
LETTERS_OF = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Told:
    """What the year came to."""

    incidents: int
    events: int
    photos: int
    reports: int


@dataclass(slots=True)
class Agenda:
    """What is to happen, in the order of its hour; same hour, in the order it was planned."""

    steps: list[tuple[datetime, int, Action]] = field(default_factory=list)
    counter: Iterator[int] = field(default_factory=itertools.count)

    def plan(self, at: datetime, action: Action) -> None:
        heapq.heappush(self.steps, (at.replace(microsecond=0), next(self.counter), action))

    def run_until(self, end: datetime) -> None:
        while self.steps and self.steps[0][0] < end:
            at, _, action = heapq.heappop(self.steps)
            action(at)


def first_day(until: datetime) -> date:
    """The first day of the month, twelve months before the one that `until` is in."""
    return date(until.year - 1, until.month, 1)


def tell_year(until: datetime, *, progress: Callable[[int], object] = lambda days: None) -> Told:
    """Tell the twelve months before `until` (UTC); the same `until` tells the same year.

    `progress` is called with 1 for each day told.
    """
    chance = random.Random(SEED)
    users = create_accounts()
    agenda = Agenda()
    director = Director(chance, _cast(users), Album(), agenda.plan)
    promised = Promised(director.cast.staff)
    day = first_day(until)
    storm = storm_day(until)
    while (start := datetime(day.year, day.month, day.day, tzinfo=UTC)) < until:
        weather(day, storm, users["dsu"], until)
        with transaction.atomic(), one_book():
            _plan_day(director, agenda, day, until, storms=day == storm)
            for hour in range(0, 24, 6):
                moment = min(start + timedelta(hours=hour + 6), until)
                agenda.run_until(moment)
                escalate_due(moment)
            close_unanswered(moment)
            promised.keep(day, until)
            if moment < until - LETTERS_OF:
                consider_sent(moment)
        _do_reports(users["dsu"], day, moment)
        day += timedelta(days=1)
        progress(1)
    draft_amendment(until.year + 1)
    return _told()


def _plan_day(director: Director, agenda: Agenda, day: date, until: datetime, *, storms: bool) -> None:
    chance = director.chance
    weights = [each.weight * (each.rainy if day.month in RAINY else 1) for each in PROBLEMS]
    busy = PER_DAY * (0.55 if day.weekday() == 6 else 1) * (1.15 if day.month in RAINY else 0.95)
    count = int(busy) + (chance.random() < busy % 1)
    drawn: list[Problem] = chance.choices(PROBLEMS, weights, k=count)
    if storms:
        drawn += chance.choices(STORM, [each.weight for each in STORM], k=STORM_REPORTS)
    for problem in drawn:
        residence = _where(director, problem)
        hour = chance.choice(HOURS)
        at = datetime(day.year, day.month, day.day, hour, chance.randint(0, 59), chance.randint(0, 59), tzinfo=UTC)
        if at < until:
            agenda.plan(at, partial(director.report, problem, residence))


def _where(director: Director, problem: Problem) -> Residence:
    """A residence that has such a place, the larger ones more often."""
    cast = director.cast
    fitting = [
        residence
        for residence in cast.residences
        if any(spot.kind in problem.spot_kinds for spot in cast.spots[residence.pk])
    ]
    return director.chance.choices(fitting, [residence.dwellings or 1 for residence in fitting])[0]


def _do_reports(dsu: User, day: date, now: datetime) -> None:
    """The night of the 1st asks for the drafts and builds them; on the 8th the DSU publishes."""
    if day.day == 1:
        request_ended_months(now)
        while build_requested(now):
            pass
    if day.day == 8:
        _arbitrate(dsu, now)
        for report in Report.objects.filter(status=ReportStatus.DRAFT).order_by("month", "id"):
            publish(report, by=dsu, at=now)


def _arbitrate(dsu: User, now: datetime) -> None:
    """The DSU excuses the few misses that were the weather's."""
    late = Clock.objects.filter(
        due_at__gte=now - timedelta(days=38), stopped_at__gt=now - timedelta(days=38), lateness_seconds__gt=0
    ).select_related("incident__category")
    stormy = late.filter(is_excused=False, incident__category__slug__in=["storm-drain", "tree-danger", "roof-leak"])
    for clock in stormy.order_by("id")[:3]:
        try:
            clock.incident.arbitrate(
                by=dsu, at=now, clock=clock, text="Force majeure : voies coupées par les intempéries."
            )
        except Refused:
            continue


def _cast(users: dict[str, User]) -> Cast:
    residences = list(Residence.objects.filter(is_demonstration=True).order_by("id"))
    associations = {
        Residence.objects.get(slug=f"demo-residence-{name}").pk: next(
            user for user in users.values() if user.memberships.filter(organisation__slug=slug).exists()
        )
        for slug, (_, names) in ASSOCIATIONS.items()
        for name in names
    }
    staff: dict[str, list[User]] = {}
    for user in users.values():
        for membership in user.memberships.filter(role__in=[Role.AGENT, Role.MANAGER, Role.SERVICE]):
            staff.setdefault(membership.organisation.slug, []).append(user)
    return Cast(
        users=users,
        staff=staff,
        associations=associations,
        residences=[each for each in residences if Management.objects.filter(residence=each).exists()],
        spots={residence.pk: list(residence.spots.order_by("id")) for residence in residences},
        categories={category.slug: category for category in Category.objects.select_related("parent", "default_party")},
    )


def _told() -> Told:
    return Told(
        incidents=Incident.objects.count(),
        events=sum(Incident.objects.values_list("version", flat=True)),
        photos=Photo.objects.count(),
        reports=Report.objects.count(),
    )
