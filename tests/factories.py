"""Rows for tests, with labels that sound like Le Lamentin and name nobody.

`UserFactory(association=True, residences=[residence])`, `ResidenceFactory(bailleur=bailleur)`,
`signed_convention(bailleur, [quartier])`, `IncidentFactory(residence=residence)`: the last one by the real intake.
"""
# factory-boy's declarations carry no types.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.utils import timezone
from factory import declarations as rule
from factory.django import DjangoModelFactory
from PIL import Image

from gup.conventions.enums import Audience, BasisChoice, CommitmentKind, Priority, StageChoice
from gup.conventions.models import (
    Category,
    Commitment,
    Convention,
    ConventionVersion,
    EscalationStep,
    ServiceCalendar,
)
from gup.incidents.enums import Channel
from gup.incidents.intake import open_incident
from gup.incidents.models import Incident
from gup.partners.enums import OrganisationKind, Role
from gup.partners.models import Management, Membership, Organisation, User
from gup.places.enums import SpotKind
from gup.places.models import Perimeter, Quartier, Residence, Spot
from gup.service_levels.stages import DEFAULT_PAUSING, Stage

PASSWORD = "motdepasse-des-essais"
MANAGED_SINCE = date(2007, 1, 1)
HOUR = 3600

# The kind of organisation that each role belongs to, when a test names none.
KIND_OF_ROLE = {
    Role.ASSOCIATION: OrganisationKind.ASSOCIATION,
    Role.AGENT: OrganisationKind.BAILLEUR,
    Role.MANAGER: OrganisationKind.BAILLEUR,
    Role.SERVICE: OrganisationKind.CITY_SERVICE,
    Role.REVIEWER: OrganisationKind.DSU,
    Role.ADMINISTRATOR: OrganisationKind.DSU,
    Role.COMMITTEE: OrganisationKind.PARTNER,
}

Model = TypeVar("Model", bound=models.Model)


class Rows(DjangoModelFactory[Model]):
    """A factory whose call is known, by type too, to give the row."""

    if TYPE_CHECKING:

        def __new__(cls, **fields: Any) -> Model: ...  # type: ignore[misc]


class PerimeterFactory(Rows[Perimeter]):
    class Meta:
        model = Perimeter
        django_get_or_create = ["slug"]

    slug = "gup"
    name = "Gestion urbaine de proximité"


class QuartierFactory(Rows[Quartier]):
    class Meta:
        model = Quartier

    slug = rule.Sequence(lambda n: f"quartier-{n}")
    name = rule.Sequence(lambda n: f"Morne Essai {n}")
    perimeter = rule.SubFactory(PerimeterFactory)


class OrganisationFactory(Rows[Organisation]):
    """A bailleur; `OrganisationFactory(association=True)` and the other traits make the other kinds."""

    class Meta:
        model = Organisation

    class Params:
        association = rule.Trait(
            kind=OrganisationKind.ASSOCIATION, name=rule.Sequence(lambda n: f"Locataires des Alizés {n}")
        )
        dsu = rule.Trait(kind=OrganisationKind.DSU, name="DSU")
        city_service = rule.Trait(
            kind=OrganisationKind.CITY_SERVICE, name=rule.Sequence(lambda n: f"Service technique {n}")
        )
        operator = rule.Trait(kind=OrganisationKind.OPERATOR, name=rule.Sequence(lambda n: f"Opérateur des eaux {n}"))

    slug = rule.Sequence(lambda n: f"organisation-{n}")
    name = rule.Sequence(lambda n: f"Bailleur des Hibiscus {n}")
    kind = OrganisationKind.BAILLEUR


class ResidenceFactory(Rows[Residence]):
    """A residence in the hands of a bailleur since 2007 (`bailleur=None`: of nobody)."""

    class Meta:
        model = Residence

    slug = rule.Sequence(lambda n: f"residence-{n}")
    name = rule.Sequence(lambda n: f"Résidence Les Flamboyants {n}")
    quartier = rule.SubFactory(QuartierFactory)
    dwellings = 48
    bailleur = rule.SubFactory(OrganisationFactory)

    @classmethod
    def _create(cls, model_class: type[Residence], *args: Any, **kwargs: Any) -> Residence:
        bailleur = kwargs.pop("bailleur")
        residence: Residence = super()._create(model_class, *args, **kwargs)
        if bailleur is not None:
            ManagementFactory(residence=residence, bailleur=bailleur)
        return residence


class ManagementFactory(Rows[Management]):
    class Meta:
        model = Management

    residence = rule.SubFactory(ResidenceFactory, bailleur=None)
    bailleur = rule.SubFactory(OrganisationFactory)
    since = MANAGED_SINCE


class SpotFactory(Rows[Spot]):
    class Meta:
        model = Spot

    residence = rule.SubFactory(ResidenceFactory)
    kind = SpotKind.LIFT
    name = rule.Sequence(lambda n: f"Ascenseur A{n}")


class UserFactory(Rows[User]):
    """A person; a trait named like a role gives her that role, in an organisation of the right kind.

    `UserFactory(agent=True, organisation=bailleur, residences=[...])`. Without a trait: an account without a role.
    """

    class Meta:
        model = User

    class Params:
        association = rule.Trait(role=Role.ASSOCIATION)
        agent = rule.Trait(role=Role.AGENT)
        manager = rule.Trait(role=Role.MANAGER)
        service = rule.Trait(role=Role.SERVICE)
        reviewer = rule.Trait(role=Role.REVIEWER)
        administrator = rule.Trait(role=Role.ADMINISTRATOR)
        committee = rule.Trait(role=Role.COMMITTEE)

    email = rule.Sequence(lambda n: f"personne{n}@essai.example")
    full_name = rule.Sequence(lambda n: f"Camille Essai {n}")
    role = None
    organisation = None
    residences: Sequence[Residence] = ()

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        role, organisation, residences = (kwargs.pop(name) for name in ("role", "organisation", "residences"))
        user = User.objects.create_user(kwargs.pop("email"), kwargs.pop("password", PASSWORD), **kwargs)
        if role is not None:
            MembershipFactory(
                user=user,
                role=role,
                organisation=organisation or OrganisationFactory(kind=KIND_OF_ROLE[role]),
                residences=residences,
            )
        return user


class MembershipFactory(Rows[Membership]):
    class Meta:
        model = Membership

    user = rule.SubFactory(UserFactory)
    organisation = rule.SubFactory(OrganisationFactory)
    role = Role.AGENT
    residences: Sequence[Residence] = ()

    @classmethod
    def _create(cls, model_class: type[Membership], *args: Any, **kwargs: Any) -> Membership:
        residences = kwargs.pop("residences")
        membership: Membership = super()._create(model_class, *args, **kwargs)
        membership.residences.set(residences)
        return membership


class FamilyFactory(Rows[Category]):
    class Meta:
        model = Category

    slug = rule.Sequence(lambda n: f"famille-{n}")
    name = rule.Sequence(lambda n: f"Équipements {n}")
    order = rule.Sequence(lambda n: 1000 + n)


class CategoryFactory(Rows[Category]):
    """A category of a family, that the residence's own bailleur answers for."""

    class Meta:
        model = Category

    slug = rule.Sequence(lambda n: f"categorie-{n}")
    name = rule.Sequence(lambda n: f"Ascenseur en panne {n}")
    parent = rule.SubFactory(FamilyFactory)
    priority = Priority.URGENT
    order = rule.Sequence(lambda n: n)


class CalendarFactory(Rows[ServiceCalendar]):
    """Open day and night; `office_hours=True` from Monday to Friday, 07:30 to 15:00."""

    class Meta:
        model = ServiceCalendar

    class Params:
        office_hours = rule.Trait(weekly={str(day): [["07:30", "15:00"]] for day in range(5)})

    slug = rule.Sequence(lambda n: f"calendrier-{n}")
    name = rule.Sequence(lambda n: f"Horaires {n}")
    weekly: Any = rule.LazyFunction(lambda: {str(day): [["00:00", "24:00"]] for day in range(7)})


class ConventionFactory(Rows[Convention]):
    class Meta:
        model = Convention

    slug = rule.Sequence(lambda n: f"convention-{n}")
    name = rule.Sequence(lambda n: f"Convention GUP d'essai {n}")
    organisation = rule.SubFactory(OrganisationFactory)
    is_illustrative = True


class VersionFactory(Rows[ConventionVersion]):
    """A version in force since 2020; `project=True`, one that nobody has activated."""

    class Meta:
        model = ConventionVersion

    class Params:
        project = rule.Trait(activated_at=None)

    convention = rule.SubFactory(ConventionFactory)
    number = 0
    in_force_from = date(2020, 1, 1)
    activated_at = rule.LazyAttribute(lambda each: each.convention.starts(each.in_force_from))
    quartiers: Sequence[Quartier] = ()

    @classmethod
    def _create(cls, model_class: type[ConventionVersion], *args: Any, **kwargs: Any) -> ConventionVersion:
        quartiers = kwargs.pop("quartiers")
        version: ConventionVersion = super()._create(model_class, *args, **kwargs)
        version.quartiers.set(quartiers)
        return version


class CommitmentFactory(Rows[Commitment]):
    """A delay of 24 h on the clock of the wall, for everything the version covers."""

    class Meta:
        model = Commitment

    version = rule.SubFactory(VersionFactory)
    kind = CommitmentKind.DELAY
    label = rule.LazyAttribute(
        lambda each: f"{StageChoice(each.stage).label} en {each.target // HOUR} h" if each.stage else "Engagement"
    )
    responsible = rule.SelfAttribute("version.convention.organisation")
    stage = StageChoice.RESOLVE
    basis = BasisChoice.ELAPSED_TIME
    target = 24 * HOUR
    calendar = rule.SubFactory(CalendarFactory)
    pausing_reasons = rule.LazyAttribute(lambda each: sorted(DEFAULT_PAUSING[Stage(each.stage)]) if each.stage else [])


class EscalationStepFactory(Rows[EscalationStep]):
    class Meta:
        model = EscalationStep

    version = rule.SubFactory(VersionFactory)
    level = 1
    share_percent = 75
    audience = Audience.CARETAKER


def signed_convention(
    organisation: Organisation,
    quartiers: Iterable[Quartier],
    *,
    hours: dict[StageChoice, int] | None = None,
    calendar: ServiceCalendar | None = None,
    **fields: Any,
) -> ConventionVersion:
    """A convention in force since 2020, its delays in hours by stage, and the four escalation levels."""
    version: ConventionVersion = VersionFactory(
        convention=ConventionFactory(organisation=organisation), quartiers=list(quartiers), **fields
    )
    calendar = calendar or CalendarFactory()
    for stage, target in (hours or {StageChoice.ACKNOWLEDGE: 4, StageChoice.RESOLVE: 24}).items():
        CommitmentFactory(version=version, stage=stage, target=target * HOUR, calendar=calendar)
    audiences = (Audience.CARETAKER, Audience.AGENCY, Audience.DIRECTION, Audience.DSU)
    for level, (share, audience) in enumerate(zip((75, 100, 150, 200), audiences, strict=True), start=1):
        EscalationStepFactory(version=version, level=level, share_percent=share, audience=audience)
    return version


class IncidentFactory(Rows[Incident]):
    """An incident opened two hours ago by a mandated association, through the real intake: events and clocks are there.

    Takes the arguments of `open_incident`; `by` may be any actor.
    """

    class Meta:
        model = Incident

    residence = rule.SubFactory(ResidenceFactory)
    category = rule.SubFactory(CategoryFactory)
    title = rule.Sequence(lambda n: f"Ascenseur bloqué au rez-de-chaussée {n}")
    channel = Channel.DESK
    by: Any = rule.LazyAttribute(lambda each: UserFactory(association=True, residences=[each.residence]))
    at: Any = rule.LazyFunction(lambda: timezone.now() - timedelta(hours=2))

    @classmethod
    def _create(cls, model_class: type[Incident], *args: Any, **kwargs: Any) -> Incident:
        return open_incident(**kwargs).incident


def photo_bytes(size: tuple[int, int] = (640, 480), *, kind: str = "JPEG", colour: str = "teal") -> bytes:
    """A real picture of one colour; two colours are two photos."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def minutes_ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)
