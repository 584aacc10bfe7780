"""The desk's list among 100,000 incidents: a page, its counts and its search stay within 300 ms of the server."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client

from gup.incidents.keyset import cursor_by_due
from gup.incidents.models import Clock, Incident, IncidentText
from tests.benchmarks.measures import copy_rows, head, say, sized, timed
from tests.factories import (
    CategoryFactory,
    FamilyFactory,
    IncidentFactory,
    OrganisationFactory,
    ResidenceFactory,
    UserFactory,
    signed_convention,
)

NOW = datetime.now(UTC)
# The copies' keys: a thousand to each turn, one for each incident of the model town.
FAR, TURN = 1_000_000, 1_000
PAGES = (
    ("first page, every count", "/incidents/"),
    ("by residence", "/incidents/?sort=residence"),
    ("by date of report", "/incidents/?sort=reported"),
    ("two statuses", "/incidents/?status=opened&status=acknowledged"),
    ("late by 7 to 30 days", "/incidents/?late=month"),
    ("a missed clock", "/incidents/?clock=missed"),
    ("one residence, one status", "/incidents/?residence=bench-4&status=acknowledged"),
    ("two words found", "/incidents/?q=ascenseur+bloque"),
    ("a word of one incident", "/incidents/?q=unique77"),
    ("a word that nothing holds", "/incidents/?q=zzzz"),
    ("two letters", "/incidents/?q=as"),
)


@pytest.mark.benchmark
@pytest.mark.timeout(1800)
@pytest.mark.django_db
def test_the_list_among_many_incidents() -> None:
    size = sized(small=600, default=100_000, full=100_000)
    _fill(size)
    people = {"the DSU, who sees all": UserFactory(reviewer=True)}
    bailleur = Incident.objects.order_by("pk")[0].bailleur
    people["an agent of one bailleur in four"] = UserFactory(agent=True, organisation=bailleur)
    for who, user in people.items():
        head(f"List of {Incident.objects.visible_to(user).count():,} incidents for {who}")
        client = Client()
        client.force_login(user)
        for what, address in PAGES:
            _measure(client, what, address)
        last = Incident.objects.visible_to(user).filter(due_at__isnull=False).order_by("-due_at")[20]
        _measure(client, "the last page", f"/incidents/?suite={cursor_by_due(last)}")


def _measure(client: Client, what: str, address: str) -> None:
    seconds = min(timed(lambda: client.get(address)) for _ in range(3))
    say(what, 1, seconds)


def _fill(size: int) -> None:
    """Twenty residences of four bailleurs, five categories, three incidents of each life, copied through two years."""
    bailleurs = [OrganisationFactory() for _ in range(4)]
    families = [FamilyFactory() for _ in range(2)]
    kinds = [CategoryFactory(parent=families[number % 2]) for number in range(5)]
    reporter, agents = UserFactory(reviewer=True), [UserFactory(agent=True, organisation=each) for each in bailleurs]
    places = [ResidenceFactory(slug=f"bench-{number}", bailleur=bailleurs[number % 4]) for number in range(20)]
    for bailleur in bailleurs:
        signed_convention(bailleur, [each.quartier for each in places if each.managements.get().bailleur == bailleur])
    for number, (place, kind) in enumerate(product(places, kinds)):
        at = NOW - timedelta(hours=number)
        incident = IncidentFactory(residence=place, category=kind, by=reporter, at=at)
        if number % 10:
            agent = agents[int(place.slug.removeprefix("bench-")) % 4]
            incident.acknowledge(by=agent, at=at + timedelta(hours=number % 7))
        if number % 10 > 1:
            incident.resolve(by=agent, at=at + timedelta(hours=10 + number % 30), text="Fait")
    _copy(size)


def _copy(size: int) -> None:
    first, count = Incident.objects.order_by("pk")[0].pk, Incident.objects.count()
    turns = max(size // count - 1, 1)
    key = f"{FAR} + n.i * {TURN} + t.id - {first}"
    ref = "'B-' || t.id || '-' || n.i"
    earlier = {name: _earlier(name) for name in ("due_at", "reported_at", "received_at")}
    copy_rows(Incident, "TRUE", turns, {"id": key, "ref": ref, "follow_up_hash": ref, **earlier})
    clocks = {name: _earlier(name) for name in ("due_at", "started_at", "stopped_at")}
    incident = f"{FAR} + n.i * {TURN} + t.incident_id - {first}"
    copy_rows(Clock, "TRUE", turns, {"incident_id": incident, **clocks})
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {IncidentText._meta.db_table} (rowid, body) SELECT id, 'gup 2026 ' || lower(ref) || ' unique'"
            " || (id % 100000) || ' ascenseur bloque au rez de chaussee depuis ce matin, personne ne repond au numero"
            f" affiche dans le hall' FROM {Incident._meta.db_table} WHERE id >= {FAR}"
        )
        cursor.execute("ANALYZE")


def _earlier(column: str) -> str:
    """Each turn is some minutes before the one that it copies, through two years."""
    if connection.vendor == "postgresql":
        return f"t.\"{column}\" - n.i * interval '1000 minutes'"
    return f"strftime('%Y-%m-%d %H:%M:%S', t.\"{column}\", '-' || (n.i * 1000) || ' minutes')"
