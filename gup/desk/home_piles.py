"""What waits for each role, as questions to the list of incidents: a figure and the list it opens are one question."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse

from gup.incidents.concerns import NOBODY, Concern, concerning, team_of
from gup.incidents.enums import Status
from gup.incidents.listing import Asked, Facet, Work, matching
from gup.incidents.models import Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import BAILLEUR_ROLES, has_role, is_dsu, places_of

HANDLING_ROLES = BAILLEUR_ROLES | {Role.SERVICE}
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Question:
    """`title` and what an empty pile teaches; `work`, `who` and `chosen` as the list's address says them."""

    title: str
    teaches: str
    work: str = ""
    who: str = ""
    chosen: dict[Facet, tuple[str, ...]] = field(default_factory=dict)

    def found(self, user: User, now: datetime) -> IncidentQuerySet:
        visible = concerning(Incident.objects.visible_to(user), user, self.who, now)
        return matching(visible, Asked(work=self.work, chosen=self.chosen), now)

    @property
    def url(self) -> str:
        given = {"state": self.work, "who": self.who} | {
            facet.value: values[0] for facet, values in self.chosen.items()
        }
        return _address(given)


@dataclass(frozen=True, slots=True)
class Pile:
    """A pile of work: its first incidents, most pressing first, how many they are, and the list of them all."""

    question: Question
    incidents: list[Incident]
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One colleague, or one residence: what is open and what is late there, each with its list."""

    name: str
    open: int
    open_url: str
    late: int
    late_url: str


TO_ANSWER = Question(
    "Votre réponse est attendue",
    "Quand un bailleur annonce une réparation, vous la confirmez ou la contestez ici.",
    chosen={Facet.STATUS: (Status.RESOLVED,)},
)
NEWS = Question(
    "Du nouveau",
    "Rien n'a changé depuis votre dernière lecture : ce que les autres écrivent arrive ici.",
    who=Concern.CHANGED,
)
UNDERWAY = Question("En cours dans vos résidences", "Aucun incident ouvert.", Work.OPEN)
HANDLED = (
    Question(
        "À prendre en charge",
        "Rien à prendre en charge : les nouveaux signalements arrivent ici.",
        Work.NEW,
        Concern.MINE,
    ),
    Question("À tenir aujourd'hui", "Aucune échéance d'ici ce soir.", Work.TODAY, Concern.MINE),
    Question("En retard", "Aucun délai dépassé : une échéance passée arrive ici.", Work.LATE, Concern.MINE),
    Question(
        "Attentes à revoir",
        "Aucune attente à revoir : à sa date de revue, un incident en attente revient ici.",
        Work.REVIEW,
        Concern.MINE,
    ),
    Question(
        "Réparations contestées",
        "Aucune contestation : une réparation que les locataires refusent revient ici.",
        Work.CONTESTED,
        Concern.MINE,
    ),
)
TRIAGE = (
    Question(
        "Compétence à trancher",
        "Un bailleur qui n'est pas compétent propose ici à qui transmettre.",
        Work.PROPOSED,
    ),
    Question("Hors convention", "Tous les incidents ouverts sont couverts par une convention.", Work.UNBOUND),
    Question(
        "Confidentiels",
        "Aucun incident confidentiel ouvert : conflits et tranquillité arrivent ici, lus de vous et du bailleur.",
        Work.CONFIDENTIAL,
    ),
    Question("En retard", "Aucun délai dépassé en ce moment.", Work.LATE),
)


def piles_of(user: User, now: datetime) -> list[Pile]:
    """Two queries a pile, however large it is."""
    return [_pile(question, user, now) for question in questions_of(user)]


def questions_of(user: User) -> tuple[Question, ...]:
    if has_role(user, [Role.ASSOCIATION]):
        return (TO_ANSWER, NEWS, UNDERWAY)
    if is_dsu(user):
        return TRIAGE
    return HANDLED if has_role(user, HANDLING_ROLES) else ()


def team_rows(user: User, now: datetime) -> list[Row]:
    """Each colleague of a manager, then what nobody has (three queries)."""
    answered = concerning(Incident.objects.visible_to(user), user, Concern.MINE, now)
    opened, late = (_counts(each, "assigned_to") for each in (answered.in_work(), answered.late(now)))
    people = [(str(each), str(each.pk), each.pk) for each in team_of(user)] + [("Confié à personne", NOBODY, None)]
    return [
        Row(
            name,
            opened.get(key, 0),
            _address({"state": Work.OPEN, "agent": value}),
            late.get(key, 0),
            _address({"state": Work.LATE, "agent": value}),
        )
        for name, value, key in people
    ]


def residence_rows(user: User, now: datetime) -> list[Row]:
    """Each of her residences (three queries), in the order of their names."""
    visible = Incident.objects.visible_to(user)
    opened, late = (_counts(each, "residence") for each in (visible.in_work(), visible.late(now)))
    return [
        Row(
            each.name,
            opened.get(each.pk, 0),
            _address({"state": Work.OPEN, "residence": each.slug}),
            late.get(each.pk, 0),
            _address({"state": Work.LATE, "residence": each.slug}),
        )
        for each in places_of(user).order_by("name")
    ]


def _pile(question: Question, user: User, now: datetime) -> Pile:
    found = question.found(user, now)
    return Pile(question, list(found.for_lists().by_due()[:SHOWN]), found.count())


def _counts(found: IncidentQuerySet, key: str) -> dict[int | None, int]:
    return dict(found.order_by().values_list(key).annotate(n=Count("pk")))


def _address(given: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in given.items() if value})
    return f"{reverse('incidents')}?{query.urlencode()}"
