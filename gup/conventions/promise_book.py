"""Every promise, looked up once: what an incident was promised, for one fold or for a month of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from gup.conventions.governing import CLOCKED_KINDS, most_specific, promise_of, versions_binding
from gup.conventions.models import Category, Commitment, ConventionVersion, EscalationStep
from gup.places.models import Residence
from gup.service_levels.clocks import Level, Promise


class PromiseBook:
    """Reads versions, commitments and levels as they are asked for, and keeps them: one book, one moment in time."""

    def __init__(self) -> None:
        self._versions: dict[tuple[int, int], list[ConventionVersion]] = {}
        self._commitments: dict[tuple[int, int], list[Commitment]] = {}
        self._levels: dict[int, list[Level]] = {}
        self._categories: dict[str, Category] = {}
        self._promises: dict[int, Promise] = {}

    def promises_for(self, residence: Residence, reported_at: datetime) -> Callable[[str, str, int], Sequence[Promise]]:
        """What the fold asks for, for an incident of this residence: the version in force when it was reported governs
        it for life (rule 11).
        """

        def promised(category: str, priority: str, party: int) -> Sequence[Promise]:
            version = self._version_in_force(party, residence, reported_at)
            if version is None:
                return ()
            commitments = self._commitments_of(version, party)
            winners = most_specific(commitments, self._category(category), residence.pk, priority)
            return [self._promise(commitment) for commitment in winners.values()]

        return promised

    def _version_in_force(self, party: int, residence: Residence, at: datetime) -> ConventionVersion | None:
        key = (party, residence.quartier_id)
        if key not in self._versions:
            self._versions[key] = list(versions_binding(party, residence))
        return next((version for version in self._versions[key] if version.is_in_force(at)), None)

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


_IN_USE: ContextVar[PromiseBook | None] = ContextVar("promise_book_in_use", default=None)


@contextmanager
def one_book() -> Iterator[PromiseBook]:
    """Within the block every fold reads the same book: for long runs during which no convention changes."""
    book = PromiseBook()
    token = _IN_USE.set(book)
    try:
        yield book
    finally:
        _IN_USE.reset(token)


def book_in_use() -> PromiseBook:
    """The book of the block around, or a fresh one."""
    return _IN_USE.get() or PromiseBook()
