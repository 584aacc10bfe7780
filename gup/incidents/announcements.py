"""Who hears of what happens to an incident. Subjects carry the reference only; confidential words go nowhere."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from gup.incidents.enums import EventKind, Priority, Visibility
from gup.incidents.follow_up import follow_up_link
from gup.notifications.enums import Topic
from gup.notifications.outbox import notify, withdraw
from gup.partners.enums import Role
from gup.partners.models import Membership, Organisation, User
from gup.partners.scope import DSU_ROLES, residence_ids

if TYPE_CHECKING:
    from gup.incidents.models import Incident, IncidentEvent

# What the tenants' side hears of, and under which topic.
TO_REPORTERS: dict[EventKind, Topic] = {
    EventKind.ACKNOWLEDGED: Topic.PROGRESS,
    EventKind.ATTENDED: Topic.PROGRESS,
    EventKind.PLANNED: Topic.PROGRESS,
    EventKind.HELD: Topic.PROGRESS,
    EventKind.RESUMED: Topic.PROGRESS,
    EventKind.TRANSFERRED: Topic.TRANSFER,
    EventKind.RESOLVED: Topic.RESOLVED,
    EventKind.DECLINED: Topic.RESOLVED,
    EventKind.CLOSED: Topic.PROGRESS,
    EventKind.MERGED: Topic.PROGRESS,
    EventKind.REOPENED: Topic.PROGRESS,
}
# What the party in charge hears of.
TO_HANDLERS: dict[EventKind, Topic] = {
    EventKind.CONTESTED: Topic.CONTESTED,
    EventKind.REOPENED: Topic.CONTESTED,
    EventKind.STILL_THERE: Topic.CONTESTED,
    EventKind.TRANSFERRED: Topic.TRANSFER,
    EventKind.ABSORBED: Topic.PROGRESS,
}
TO_DSU: dict[EventKind, Topic] = {EventKind.TRANSFER_PROPOSED: Topic.TRANSFER}


def tell(event: "IncidentEvent") -> None:
    """Write the outbox rows that an event owes, in the event's own transaction."""
    kind, incident = EventKind(event.kind), event.incident
    if kind in TO_REPORTERS and event.visibility == Visibility.PUBLIC:
        _owe(event, TO_REPORTERS[kind], tenants_of(incident), "reporters")
    if kind == EventKind.STILL_THERE:
        _owe(event, TO_HANDLERS[EventKind.CONTESTED], [*tenants_of(incident), *associations_of(incident)], "reporters")
    if kind in TO_HANDLERS:
        _owe(event, TO_HANDLERS[kind], handlers_of(incident), "handlers")
    if kind in TO_DSU:
        _owe(event, TO_DSU[kind], dsu(), "dsu")


def take_back(said: "IncidentEvent", undoing: "IncidentEvent") -> None:
    """What nobody has read yet is not sent; whoever has is told that it does not stand."""
    for side, topics in (("reporters", TO_REPORTERS), ("handlers", TO_HANDLERS), ("dsu", TO_DSU)):
        told = withdraw(f"{side}:{said.incident_id}:{said.seq}:")
        if told:
            _owe(undoing, topics.get(EventKind(said.kind), Topic.PROGRESS), told, side)


def tell_opened(event: "IncidentEvent") -> None:
    """The receipt to whoever reported, with the secret follow-up link, and the news to the party in charge."""
    incident = event.incident
    _owe(event, Topic.OPENED, handlers_of(incident), "handlers")
    link = follow_up_link(incident)
    body = (
        f"Bonjour,\n\nVotre signalement est enregistré sous la référence {incident.ref}.\n"
        f"Organisation en charge : {incident.responsible}.\n\n"
        f"Suivez-le, confirmez ou contestez la réparation ici (gardez ce lien pour vous) :\n{link}\n"
    )
    contact: list[User | str] = [incident.reporter_email] if incident.reporter_email else []
    notify(
        key=f"receipt:{incident.pk}",
        topic=Topic.RECEIPT,
        recipients=contact,
        subject=f"{incident.ref} : signalement enregistré",
        body=body,
        at=event.recorded_at,
    )


def tenants_of(incident: "Incident") -> list[User | str]:
    """The reporter, whoever left an address, and the supporters with an account."""
    people: list[User | str] = []
    if incident.reporter is not None:
        people.append(incident.reporter)
    if incident.reporter_email:
        people.append(incident.reporter_email)
    if not incident.is_confidential:
        people += User.objects.filter(supports__incident=incident)
    return people


def associations_of(incident: "Incident") -> list[User]:
    """The people of the associations mandated for the residence: they may confirm or contest a repair."""
    if incident.is_confidential:
        return []
    mandates = Membership.objects.filter(
        role=Role.ASSOCIATION, is_active=True, user__is_active=True, residences=incident.residence_id
    )
    return [mandate.user for mandate in mandates.select_related("user").order_by("id")]


def handlers_of(incident: "Incident") -> list[User]:
    """The staff of the party in charge: its managers, its services, and the agents whose patch holds the residence."""
    roles = [Role.MANAGER] if incident.is_confidential else [Role.MANAGER, Role.AGENT, Role.SERVICE]
    return staff(incident.responsible, roles, incident.residence_id)


def staff(organisation: Organisation, roles: Iterable[Role], residence_id: int) -> list[User]:
    """The people of an organisation in these roles, minus those whose patch leaves the residence out."""
    memberships = (
        Membership.objects.filter(organisation=organisation, role__in=list(roles), is_active=True, user__is_active=True)
        .select_related("user")
        .prefetch_related("residences")
    )
    return [
        membership.user for membership in memberships if residence_id in (residence_ids(membership) or [residence_id])
    ]


def dsu() -> list[User]:
    people = User.objects.filter(memberships__role__in=list(DSU_ROLES), memberships__is_active=True, is_active=True)
    return list(people.distinct())


def _what(event: "IncidentEvent") -> str:
    """What happened, in a word; of a taking back, what does not stand any more."""
    label = EventKind(event.kind).label
    return f"{EventKind(event.data['kind']).label} : annulé" if event.kind == EventKind.UNDONE else label


def _owe(event: "IncidentEvent", topic: Topic, recipients: Iterable[User | str], side: str) -> None:
    """One message to each: a partner's link opens the desk, that of an address which has no account its follow-up."""
    people = list(recipients)
    desk = settings.GUP_BASE_URL + reverse("incident", kwargs={"ref": event.incident.ref})
    _send(event, topic, [each for each in people if isinstance(each, User)], side, desk)
    _send(event, topic, [each for each in people if isinstance(each, str)], side, follow_up_link(event.incident))


def _send(event: "IncidentEvent", topic: Topic, recipients: Sequence[User | str], side: str, link: str | None) -> None:
    incident = event.incident
    what = _what(event)
    words = [f"{incident.ref} : {what.lower()}.", ""]
    if not incident.is_confidential:
        words += [f"{incident.title}", f"{incident.residence} · {incident.category}", ""]
        words += [event.text, ""] if event.text else []
    words += [f"Ouvrir l'incident : {link}", ""] if link else []
    notify(
        key=f"{side}:{incident.pk}:{event.seq}",
        topic=topic,
        recipients=[each for each in recipients if not (isinstance(each, User) and each.pk == event.actor_id)],
        subject=f"{incident.ref} : {what.lower()}",
        body="\n".join(words),
        at=event.recorded_at,
        # Danger waits for nobody's morning.
        urgent=incident.priority == Priority.DANGER,
    )
