"""Every promise, looked up once: what an incident was promised, for one fold or for a month of them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial

from gup.conventions.governing import CLOCKED_KINDS, most_specific, promise_of, versions_binding
from gup.conventions.models import Category, Commitment, ConventionVersion, CycloneAlert, EscalationStep
from gup.places.models import Quartier, Residence
from gup.service_levels.circumstances import Amendment, Circumstances, Interruption
from gup.service_levels.clocks import Level, Promise
from gup.service_levels.stages import PauseReason


class PromiseBook:
    """Reads versions, commitments, levels and alerts as they are asked for, and keeps them: one book, one moment.

    `categories`: those read already, for whoever goes through many incidents.
    """

    def __init__(self, categories: Iterable[Category] = ()) -> None:
        self._versions: dict[tuple[int, int], list[ConventionVersion]] = {}
        self._amendments: dict[int, list[ConventionVersion]] = {}
        self._commitments: dict[tuple[int, int], list[Commitment]] = {}
        self._levels: dict[int, list[Level]] = {}
        self._categories = {category.slug: category for category in categories}
        self._promises: dict[int, Promise] = {}
        self._alerts: list[CycloneAlert] | None = None
        self._perimeters: dict[int, int] = {}

    def circumstances(
        self, residence: Residence, reported_at: datetime, as_of: datetime, *, since: datetime | None = None
    ) -> Circumstances:
        """What the fold asks for, for an incident of this residence, as it was known at `as_of` (UTC): the version in
        force when it was reported governs it for life, unless a later one applies to open incidents (rule 11).

        `since`: when its clocks may start, where a duplicate had been reported before it.
        """
        return Circumstances(
            promises_for=partial(self._promised, residence, reported_at, reported_at, as_of),
            interruptions=tuple(self._interruptions(residence, since or reported_at, as_of)),
            amendments=tuple(
                Amendment(int(day.timestamp()), partial(self._promised, residence, reported_at, day, as_of))
                for day in sorted({version.starts_at for version in self._amending(residence, reported_at, as_of)})
            ),
        )

    def version_for(
        self, party: int, residence: Residence, reported_at: datetime, until: datetime, as_of: datetime
    ) -> ConventionVersion | None:
        """The version that governs what `party` owes at `until` for an incident reported at `reported_at`."""
        known = [each for each in self._binding(party, residence) if each.activated_at and each.activated_at <= as_of]
        governing = next((version for version in known if version.is_in_force(reported_at)), None)
        for version in known:
            is_later = version.applies_to_open and reported_at < version.starts_at <= until
            if is_later and (governing is None or version.convention_id == governing.convention_id):
                governing = version
        return governing

    def _promised(
        self,
        residence: Residence,
        reported_at: datetime,
        until: datetime,
        as_of: datetime,
        category: str,
        priority: str,
        party: int,
    ) -> Sequence[Promise]:
        version = self.version_for(party, residence, reported_at, until, as_of)
        if version is None:
            return ()
        commitments = self._commitments_of(version, party)
        winners = most_specific(commitments, self._category(category), residence.pk, priority)
        return [self._promise(commitment) for commitment in winners.values()]

    def _amending(self, residence: Residence, reported_at: datetime, as_of: datetime) -> list[ConventionVersion]:
        """The versions that came into force on open incidents of this residence after the report, by `as_of`."""
        quartier = residence.quartier_id
        if quartier not in self._amendments:
            versions = ConventionVersion.objects.activated().filter(applies_to_open=True, quartiers=quartier)
            self._amendments[quartier] = list(versions.select_related("convention"))
        return [
            version
            for version in self._amendments[quartier]
            if version.activated_at and version.activated_at <= as_of and reported_at < version.starts_at <= as_of
        ]

    def _interruptions(self, residence: Residence, since: datetime, as_of: datetime) -> Iterator[Interruption]:
        """The alerts over this residence that were known at `as_of` and were not over at `since`."""
        if self._alerts is None:
            self._alerts = list(CycloneAlert.objects.order_by("started_at", "id"))
            if self._alerts:
                self._perimeters = dict(Quartier.objects.values_list("pk", "perimeter_id"))
        for alert in self._alerts:
            is_here = alert.perimeter_id in (None, self._perimeters[residence.quartier_id])
            if not is_here or alert.declared_at > as_of:
                continue
            is_ended = alert.end_declared_at is not None and alert.end_declared_at <= as_of
            ended_at = alert.ended_at if is_ended else None
            if ended_at is None or ended_at > since:
                yield Interruption(
                    PauseReason.CYCLONE,
                    int(alert.started_at.timestamp()),
                    None if ended_at is None else int(ended_at.timestamp()),
                )

    def _binding(self, party: int, residence: Residence) -> list[ConventionVersion]:
        key = (party, residence.quartier_id)
        if key not in self._versions:
            self._versions[key] = list(versions_binding(party, residence))
        return self._versions[key]

    def _commitments_of(self, version: ConventionVersion, party: int) -> list[Commitment]:
        key = (version.pk, party)
        if key not in self._commitments:
            found = Commitment.objects.filter(version=version, responsible=party, kind__in=CLOCKED_KINDS)
            self._commitments[key] = list(found.select_related("calendar"))
        return self._commitments[key]

    def _promise(self, commitment: Commitment) -> Promise:
        if commitment.pk not in self._promises:
            levels = self._levels_of(commitment.version_id)
            self._promises[commitment.pk] = promise_of(commitment, levels)
        return self._promises[commitment.pk]

    def _levels_of(self, version_id: int) -> list[Level]:
        if version_id not in self._levels:
            self._levels[version_id] = [
                Level(order=step.level, share_percent=step.share_percent, offset_seconds=step.offset_seconds)
                for step in EscalationStep.objects.filter(version=version_id).order_by("level")
            ]
        return self._levels[version_id]

    def _category(self, slug: str) -> Category:
        if slug not in self._categories:
            self._categories[slug] = Category.objects.get(slug=slug)
        return self._categories[slug]


class SupposedBook(PromiseBook):
    """The promises as if one project had always governed its parties in its quartiers, in place of its convention."""

    def __init__(self, project: ConventionVersion, categories: Iterable[Category] = ()) -> None:
        super().__init__(categories)
        self._project = project
        self._quartiers = set(project.quartiers.values_list("pk", flat=True))
        self._parties = set(project.commitments.values_list("responsible", flat=True))

    def version_for(
        self, party: int, residence: Residence, reported_at: datetime, until: datetime, as_of: datetime
    ) -> ConventionVersion | None:
        """The project where it speaks, unless a convention of the party's own comes before it; elsewhere what governs,
        as if the convention that it would amend had never been.
        """
        found = super().version_for(party, residence, reported_at, until, as_of)
        speaks = residence.quartier_id in self._quartiers and party in self._parties
        return self._project if speaks and (found is None or _rank(self._project) < _rank(found)) else found

    def _binding(self, party: int, residence: Residence) -> list[ConventionVersion]:
        replaced = self._project.convention_id
        return [each for each in super()._binding(party, residence) if each.convention_id != replaced]


def _rank(version: ConventionVersion) -> tuple[bool, int]:
    """As `versions_binding` orders them: a party's own convention before the town's annex."""
    return (version.convention.is_annex, version.convention_id)


_IN_USE: ContextVar[PromiseBook | None] = ContextVar("promise_book_in_use", default=None)


@contextmanager
def one_book(book: PromiseBook | None = None) -> Iterator[PromiseBook]:
    """Within the block every fold reads the same book: for long runs during which no convention changes."""
    book = book or PromiseBook()
    token = _IN_USE.set(book)
    try:
        yield book
    finally:
        _IN_USE.reset(token)


def book_in_use() -> PromiseBook:
    """The book of the block around, or a fresh one."""
    return _IN_USE.get() or PromiseBook()
