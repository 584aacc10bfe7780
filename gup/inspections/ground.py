"""What a convention covers, and when: its versions, its commitments, and the residences on which they are judged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch

from gup.conventions.models import Commitment, Convention, ConventionVersion
from gup.partners.models import Management
from gup.places.models import Residence
from gup.service_levels.periods import DAY, Span, month_span


@dataclass(slots=True)
class Ground:
    """One convention in one local month, as its versions were known at `as_of` (UTC). Reads its rows once (4 queries).

    `today` is the local day of `as_of`.
    """

    convention: Convention
    month: date
    as_of: datetime
    versions: list[ConventionVersion] = field(init=False)
    managements: list[Management] = field(init=False)

    def __post_init__(self) -> None:
        commitments = Commitment.objects.select_related("responsible", "calendar", "category").order_by("id")
        activated = self.convention.versions.activated().filter(activated_at__lte=self.as_of)
        found = activated.order_by("in_force_from").prefetch_related("quartiers", Prefetch("commitments", commitments))
        self.versions = list(found)
        managed = Management.objects.select_related("residence").order_by("residence__name", "since")
        if not self.convention.is_annex:
            managed = managed.filter(bailleur=self.convention.organisation_id)
        self.managements = list(managed)

    @property
    def span(self) -> Span:
        return month_span(self.month)

    @property
    def today(self) -> date:
        return self.convention.local_day(self.as_of)

    def commitments(self, kind: str) -> Iterator[tuple[ConventionVersion, Commitment]]:
        """The commitments of a kind in the versions that began before the month's end."""
        for version in self.versions:
            if version.in_force_from <= self.span.last:
                for commitment in version.commitments.all():
                    if commitment.kind == kind:
                        yield version, commitment

    def is_over(self, span: Span) -> bool:
        return self.today > span.last

    def bounds(self, span: Span) -> tuple[datetime, datetime]:
        """[start, end) of some local days, in UTC."""
        return self.convention.starts(span.first), self.convention.starts(span.day_after)

    def version_on(self, day: date) -> ConventionVersion | None:
        return next((each for each in self.versions if _binds(each, day)), None)

    @property
    def closing_version(self) -> ConventionVersion | None:
        """The version in force on the month's last day, or the last one in a month in which the convention ends."""
        inside = [each for each in self.versions if _binds(each, max(each.in_force_from, self.span.first))]
        return next((each for each in reversed(inside) if each.in_force_from <= self.span.last), None)

    def governs(self, version: ConventionVersion, span: Span) -> bool:
        """Whether a version judges a period: it is in force on its last day, and the convention was since its first."""
        if not _binds(version, span.last):
            return False
        day = span.last
        while (binding := self.version_on(day)) is not None:
            if binding.in_force_from <= span.first:
                return True
            day = binding.in_force_from - DAY
        return False

    def residences(self, version: ConventionVersion, commitment: Commitment, span: Span) -> list[Residence]:
        """The residences that a commitment is judged on over a period: in the version's quartiers, or the one that it
        names, and in the signatory's hands on each day of it (the annex: in anybody's).

        An illustrative convention is judged on demonstration residences alone: it has promised nothing to a real one.
        """
        quartiers = {quartier.pk for quartier in version.quartiers.all()}
        found = {}
        for management in self.managements:
            residence = management.residence
            is_held = management.since <= span.first and (management.until is None or management.until > span.last)
            is_covered = (
                commitment.residence_id == residence.pk
                if commitment.residence_id
                else residence.quartier_id in quartiers
            )
            is_shown = residence.is_demonstration or not self.convention.is_illustrative
            if is_held and is_covered and is_shown:
                found[residence.pk] = residence
        return list(found.values())


def _binds(version: ConventionVersion, day: date) -> bool:
    return version.in_force_from <= day and (version.in_force_until is None or day < version.in_force_until)
