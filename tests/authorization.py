"""Every route of the product, and the objects of two worlds to knock on it with: one's own, and somebody else's."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import ConventionVersion, CycloneAlert, ServiceCalendar
from gup.incidents.enums import Channel, PhotoStatus
from gup.incidents.intake import open_incident
from gup.incidents.models import Batch, Block, Incident, SavedView, WorkOrder
from gup.incidents.work_orders import link_of
from gup.inspections.recording import record_milestone, record_passage, record_walk
from gup.notifications.models import OutboxMessage
from gup.partners.devices import enrol, issue_code
from gup.partners.enums import Role
from gup.partners.invitations import make_invitation
from gup.partners.models import Device, Invitation, Mandate, Organisation, User
from gup.places.models import QrCode, Residence
from gup.places.tokens import secret_hash
from gup.reports.bilan.making import request_bilan
from gup.reports.bilan_models import Bilan
from gup.reports.committee_models import CommitteeSession, Decision
from gup.reports.enums import BilanKind, Committee, ReportStatus
from gup.reports.export_models import ConventionExport
from gup.reports.exporting import request_export
from gup.reports.models import Report
from tests.api.conftest import Commune
from tests.factories import CommitmentFactory, UserFactory, photo_bytes, signed_convention

ROLES = ("association", "agent", "manager", "service", "reviewer", "administrator", "committee", "nobody", None)

# allauth's own pages: they concern the visitor's own account, and are tried by its own suite.
OUTSIDE = ("compte/",)

LETTERS = {200: "o", 201: "o", 204: "o", 400: "b", 401: "u", 403: "f", 404: "n", 405: "m", 409: "c", 410: "n", 412: "c"}
LETTERS[503] = "o"


@dataclass(frozen=True)
class Route:
    """`name` is the route's, with its namespace; `pattern` its address; POST routes change something."""

    name: str
    pattern: str


def routes() -> list[Route]:
    """Every named address that the URLconf mounts, but those outside."""
    return [route for route in _walk(get_resolver(), "", "") if not route.pattern.startswith(OUTSIDE)]


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, address, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield Route(f"{namespace}{pattern.name}", address)


@dataclass
class World:
    """The objects of one side: `own` to the people of the commune fixture, or `other`'s."""

    incident: Incident
    secret: str
    report: Report
    qr: QrCode
    records: dict[str, Any]

    def address(self, route: Route, verb: str = "acknowledge") -> str:
        """The route's address for this world's objects."""
        photo = self.incident.photos.get()
        places = {
            "ref": self.incident.ref,
            "uuid": str(self._record(route, photo).uuid),
            "record_uuid": str(self.records["passage"].uuid),
            "photo_uuid": str(photo.uuid),
            "code": self.qr.code,
            "secret": self.invitation()[1] if route.name == "invitation" else self.secret,
            "verb": "confirm" if route.name.startswith("follow-up") else verb,
            "size": "thumbnail",
            "kind": "csv" if route.name == "places-export" else "pdf",
            "name": "personne.eml",
            "pk": str(self._key(route)),
            "slug": self._slug(route),
            "order_uuid": str(self._order().uuid) if "order_uuid" in route.pattern else "",
            "token": link_of(self._order()).rpartition("/")[2] if "token" in route.pattern else "",
            "batch_uuid": str(self._batch().uuid) if "batch_uuid" in route.pattern else "",
            "number": "0",
            "guide": "bailleur",
            "key": f"r{self.incident.residence_id}",
        }
        if route.name.startswith("api:field"):
            places["name"] = places["key"] = str(photo.uuid)
        if route.name == "open-file":
            places["name"] = "gup-lamentin.csv"
        address = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", route.pattern)
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: places[match[1]], address)
        return "/" + address.replace("^", "").replace("$", "")

    def _record(self, route: Route, photo: Any) -> Any:
        return next((record for name, record in self.records.items() if name in route.name), photo)

    def _key(self, route: Route) -> int:
        if route.name == "promise":
            key: int = self.records["passage"].commitment_id
            return key
        if route.name.startswith("outgoing"):
            return OutboxMessage.objects.order_by("id")[0].pk
        if route.name.startswith("intervention"):
            return self._order().pk
        if "spot" in route.name:
            return self.incident.residence.spots.get().pk
        if "escalation" in route.name:
            return self.incident.escalations.get().pk
        if "alert" in route.name:
            return self._alert().pk
        if "block" in route.name:
            return self._block().pk
        if "device" in route.name:
            return self._device().pk
        if "bilan" in route.name:
            return self._bilan().pk
        if route.name.startswith("committee"):
            return self._decision().session_id
        if "decision" in route.name:
            return self._decision().pk
        if route.name.startswith(("person", "membership")):
            agent = self._agent()
            return agent.pk if route.name.startswith("person") else agent.memberships.get().pk
        if route.name.startswith("invitation-"):
            return self.invitation()[0].pk
        if "mandate" in route.name:
            return self._mandate().pk
        if route.name == "saved-view":
            assert self.incident.reporter is not None
            return SavedView.objects.get_or_create(user=self.incident.reporter, name="Essai")[0].pk
        if "export" in route.name:
            return self._export().pk
        return self.report.pk

    def _order(self) -> WorkOrder:
        """Given by the DSU, of whatever incident: what is confidential is given to nobody, and opens nothing."""
        order = self.incident.work_orders.first()
        if order is None:
            name, now = uuid.uuid4(), timezone.now()
            dsu = User.objects.filter(memberships__role=Role.REVIEWER)[0]
            order = WorkOrder(
                uuid=name,
                incident=self.incident,
                company="Entreprise d'essai",
                request="Changer l'ampoule.",
                organisation=self.incident.responsible,
                given_by=dsu,
                given_at=now,
                expires_at=now + timedelta(days=1),
            )
            order.token_hash = secret_hash(link_of(order).rpartition("/")[2])
            order.save()
        return order

    def _batch(self) -> Batch:
        """Asked by whoever reported the incident."""
        assert self.incident.reporter is not None
        given = {"verb": "acknowledge", "asked_at": timezone.now()}
        return Batch.objects.get_or_create(user=self.incident.reporter, defaults=given)[0]

    def _alert(self) -> CycloneAlert:
        """The whole commune's, whoever knocks."""
        now, dsu = timezone.now(), User.objects.filter(memberships__role=Role.REVIEWER)[0]
        alert, _ = CycloneAlert.objects.get_or_create(
            ended_at=None, defaults={"reason": "Ouragan", "started_at": now, "declared_at": now, "declared_by": dsu}
        )
        return alert

    def _block(self) -> Block:
        """Nobody's in particular."""
        now, dsu = timezone.now(), User.objects.filter(memberships__role=Role.ADMINISTRATOR)[0]
        given = {"reason": "Injures", "made_at": now, "made_by": dsu, "until": now + timedelta(days=1)}
        made, _ = Block.objects.get_or_create(kind="email", value="a@essai.example", defaults=given)
        return made

    def _agent(self) -> User:
        """An agent of the incident's bailleur."""
        agents = User.objects.filter(memberships__role=Role.AGENT, memberships__organisation=self.incident.bailleur)
        return agents.first() or UserFactory(agent=True, organisation=self.incident.bailleur)

    def invitation(self) -> tuple[Invitation, str]:
        """One that waits, of somebody whom the incident's bailleur would like as an agent; and its secret."""
        Invitation.objects.filter(email="nouveau@essai.example").delete()
        by = User.objects.filter(memberships__role=Role.ADMINISTRATOR)[0]
        given = {"email": "nouveau@essai.example", "role": Role.AGENT, "residences": []}
        return make_invitation(organisation=self.incident.bailleur, by=by, at=timezone.now(), **given)  # type: ignore[arg-type]

    def _mandate(self) -> Mandate:
        """Of the association that reported the incident."""
        association = self._association()
        found, _ = Mandate.objects.get_or_create(
            association=association, residence=self.incident.residence, since=date(2020, 1, 1)
        )
        return found

    def _association(self) -> Organisation:
        mandated = Organisation.objects.filter(memberships__role=Role.ASSOCIATION)
        return mandated.filter(memberships__residences=self.incident.residence)[0]

    def _device(self) -> Device:
        """The phone of an agent of the incident's bailleur."""
        agent = self._agent()
        device, _ = enrol(issue_code(agent, by=agent, at=timezone.now()), name="Téléphone", at=timezone.now())
        return device

    def _bilan(self) -> Bilan:
        """Asked for, and not built yet."""
        return request_bilan(self.report.convention, BilanKind.ANNUAL, 2026, by=None, at=timezone.now())

    def _decision(self) -> Decision:
        """Taken by a committee about the convention of the incident's bailleur."""
        held = timezone.now() - timedelta(days=self.report.pk)
        session, _ = CommitteeSession.objects.get_or_create(
            committee=Committee.TECHNICAL, convention=self.report.convention, defaults={"held_at": held}
        )
        decision, _ = Decision.objects.get_or_create(session=session, text="Essai", owner=self.incident.bailleur)
        return decision

    def _export(self) -> ConventionExport:
        """Asked for, and not written yet: a door that is open says so and leads back."""
        dsu = User.objects.filter(memberships__role=Role.REVIEWER)[0]
        assert self.report.convention is not None
        return request_export(self.report.convention, by=dsu, at=timezone.now())

    def _slug(self, route: Route) -> str:
        residence = self.incident.residence
        if "quartier" in route.name:
            return residence.quartier.slug
        if "residence" in route.name:
            return residence.slug
        if "convention" in route.name or "promised" in route.name:
            assert self.report.convention is not None
            return self.report.convention.slug
        if "organisation" in route.name or "mandate" in route.name:
            return self._association().slug
        if "calendar" in route.name:
            return ServiceCalendar.objects.order_by("pk")[0].slug
        return self.incident.category.slug


def own_world(commune: Commune) -> World:
    return _world(commune, commune.people["association"])


def other_world(commune: Commune) -> World:
    signed_convention(commune.other, [commune.elsewhere.quartier])
    return _world(commune, commune.people["stranger_association"])


def confidential_world(commune: Commune) -> World:
    """One's own place, but a matter between people: for the reporter's organisation, the managers and the DSU."""
    world = own_world(commune)
    Incident.objects.filter(pk=world.incident.pk).update(is_confidential=True)
    return world


def _world(commune: Commune, by: User) -> World:
    residence = by.memberships.get().residences.get()
    if not residence.spots.exists():
        residence.spots.create(kind="lift", name="Ascenseur")
    opened = open_incident(
        by=by, at=timezone.now(), residence=residence, category=commune.category, title="Essai", channel=Channel.DESK
    )
    photo = opened.incident.add_photo(by=by, at=timezone.now(), data=photo_bytes())
    opened.incident.photos.filter(pk=photo.pk).update(
        status=PhotoStatus.READY, display=photo.original, thumbnail=photo.original
    )
    clock = opened.incident.clocks.first()
    assert clock is not None
    opened.incident.escalations.create(
        clock=clock, level=1, audience="caretaker", reached_at=timezone.now(), fired_at=timezone.now()
    )
    convention = opened.incident.bailleur.conventions.get()
    report, _ = Report.objects.get_or_create(
        convention=convention,
        month=date(2026, 1, 1),
        defaults={
            "status": ReportStatus.DRAFT,
            "requested_at": datetime(2026, 2, 1, tzinfo=UTC),
            "built_at": datetime(2026, 2, 1, tzinfo=UTC),
            "pdf": photo.original,
            "csv": photo.original,
            "pdf_sha256": photo.sha256,
            "csv_sha256": photo.sha256,
        },
    )
    qr, _ = QrCode.objects.get_or_create(residence=residence, spot=None)
    return World(opened.incident, opened.secret, report, qr, _records(commune, convention.versions.get(), residence))


def _records(commune: Commune, version: ConventionVersion, residence: Residence) -> dict[str, Any]:
    """A passage, a walk and an action of the convention, each with its file, written by the DSU."""
    kinds: dict[str, dict[str, Any]] = {
        "passage": {"kind": CommitmentKind.RECURRENCE, "times": 1, "period": "week"},
        "walk": {"kind": CommitmentKind.QUALITY_LEVEL, "grid": "g", "scale": "A-E", "threshold_score": "C"},
        "milestone": {"kind": CommitmentKind.ACTION_MILESTONE, "due_on": date(2026, 1, 1)},
    }
    made: dict[str, Any] = {}
    for name, terms in kinds.items():
        commitment = CommitmentFactory(version=version, stage="", basis="", target=None, calendar=None, **terms)
        now = timezone.now()
        given: dict[str, Any] = {"by": commune.people["reviewer"], "at": now, "data": photo_bytes()}
        if name == "passage":
            made[name], _ = record_passage(commitment, residence, proof="photo", **given)
        elif name == "walk":
            day = timezone.localdate(now)
            made[name] = record_walk(commitment, residence, walked_on=day, score="B", walker="DSU", **given)
        else:
            made[name] = record_milestone(commitment, done_on=timezone.localdate(now), **given)
    return made


def letter(answer: Any) -> str:
    """The answer in one letter, as the matrix writes it."""
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, which closes the file
    if answer.status_code == 302:
        return "l" if "/compte/login/" in answer["Location"] else "r"
    return LETTERS.get(answer.status_code, str(answer.status_code))


def knock(client: Client, address: str, method: str) -> str:
    if method == "GET":
        return letter(client.get(address))
    is_json = address.startswith("/api/") and not address.endswith("/photos")
    return letter(client.post(address, "{}", content_type="application/json") if is_json else client.post(address))


def browser(user: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client
