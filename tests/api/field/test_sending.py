"""What phones send: once whatever the network repeats, dated by our clock, refused in words."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from gup.incidents.enums import PhotoKind
from gup.incidents.models import Incident, Photo
from gup.inspections.models import Passage
from gup.places.models import QrCode
from tests.api.conftest import Commune
from tests.api.field.conftest import FIELD, NOW, Phone, name
from tests.factories import photo_bytes

PhoneOf = Callable[..., Phone]
ReportOf = Callable[..., dict[str, Any]]
HOUR = timedelta(hours=1)


def _send_photo(phone: Phone, incident: str, uuid: str, data: bytes, *, digest: bytes = b"", query: str = "") -> Any:
    digest = base64.b64encode(digest or hashlib.sha256(data).digest())
    return phone.client.put(
        f"{FIELD}/incidents/{incident}/photos/{uuid}{query}",
        data,
        content_type="image/jpeg",
        headers={"Content-Digest": f"sha-256=:{digest.decode()}:", "Sent-At": phone.now()},
    )


@time_machine.travel(NOW, tick=False)
def test_a_report_sent_twice_is_one_incident(phone_of: PhoneOf, report_of: ReportOf) -> None:
    phone, uuid = phone_of("association"), name()
    body = report_of(phone, made_at=phone.now(3 * HOUR))
    first, second = phone.put(f"incidents/{uuid}", body), phone.put(f"incidents/{uuid}", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    incident = Incident.objects.get()
    assert first.json()["uuid"] == uuid == str(incident.client_uuid)
    assert (first.json()["ref"], incident.channel) == (incident.ref, "field")
    assert (incident.reported_at, incident.received_at) == (NOW - 3 * HOUR, NOW)
    other = phone.put(f"incidents/{uuid}", {**body, "title": "Autre chose"})
    assert other.status_code == 409
    assert Incident.objects.get().title == "Ascenseur arrêté"


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("ahead", [timedelta(days=2), -timedelta(days=2), timedelta()])
def test_a_phone_with_a_wrong_clock_reports_at_the_right_hour(
    phone_of: PhoneOf, report_of: ReportOf, ahead: timedelta
) -> None:
    phone = phone_of("association", clock=ahead)
    sent = phone.put(f"incidents/{name()}", report_of(phone, made_at=phone.now(HOUR)))
    assert sent.status_code == 201, sent.json()
    assert Incident.objects.get().reported_at == NOW - HOUR


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"made_at": "2026-09-08T11:00:00Z"}, "made_at"),
        ({"made_at": "2026-09-16T13:00:00Z"}, "made_at"),
        ({"made_at": "hier"}, "made_at"),
        ({"residence": "les-raisiniers"}, "residence"),
        ({"residence": "rasee"}, "residence"),
        ({"category": "inconnue"}, "category"),
        ({"spot": 999_999}, "spot"),
        ({"title": ""}, "title"),
        ({"title": "x" * 141}, "title"),
        ({"status": "closed"}, "status"),
        ({"photos": [{"uuid": "x", "sha256": "y", "bytes": 0}]}, "photos.0.uuid"),
        ({"photos": [{"uuid": name(), "sha256": "0" * 64, "bytes": 9}] * 2}, "photos"),
        ({"photos": [{"uuid": name(), "sha256": "0" * 64, "bytes": 9} for _ in range(9)]}, "photos"),
    ],
)
def test_a_refused_report_names_its_field_and_leaves_nothing(
    phone_of: PhoneOf, report_of: ReportOf, given: dict[str, Any], field: str
) -> None:
    phone = phone_of("association")
    refused = phone.put(f"incidents/{name()}", report_of(phone, **given))
    assert refused.status_code == 400, refused.json()
    assert field in [each["field"] for each in refused.json()["errors"]]
    assert not Incident.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_refused_report_may_come_again_under_its_name(phone_of: PhoneOf, report_of: ReportOf) -> None:
    phone, uuid = phone_of("association"), name()
    assert phone.put(f"incidents/{uuid}", report_of(phone, title="")).status_code == 400
    assert phone.put(f"incidents/{uuid}", report_of(phone)).status_code == 201


@time_machine.travel(NOW, tick=False)
def test_announced_photos_come_one_by_one(phone_of: PhoneOf, report_of: ReportOf) -> None:
    phone, uuid, photo = phone_of("association"), name(), name()
    data = photo_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    body = report_of(phone, photos=[{"uuid": photo, "sha256": sha256, "bytes": len(data)}])
    told = phone.put(f"incidents/{uuid}", body).json()
    assert told["missing_photos"] == [{"uuid": photo, "sha256": sha256}]
    assert told["incident"]["awaited_photos"] == 1
    first = _send_photo(phone, uuid, photo, data)
    assert (first.status_code, first.json()) == (201, {"uuid": photo, "sha256": sha256, "missing_photos": []})
    again = _send_photo(phone, told["ref"], photo, data)
    assert (again.status_code, again.json()) == (200, first.json())
    read = phone.get(f"incidents/{uuid}").json()
    assert (read["missing_photos"], read["incident"]["awaited_photos"]) == ([], 0)
    assert [line["uuid"] for line in read["photos"]] == [photo]
    assert _send_photo(phone, uuid, photo, photo_bytes(size=(80, 60))).status_code == 409
    assert Photo.objects.count() == 1


@time_machine.travel(NOW, tick=False)
def test_a_photo_that_cannot_be_kept_is_told_why(commune: Commune, phone_of: PhoneOf) -> None:
    phone, incident = phone_of("association"), commune.incident()
    data = photo_bytes()
    damaged = _send_photo(phone, incident.ref, name(), data, digest=b"0" * 32)
    assert (damaged.status_code, "abîmée" in damaged.json()["detail"]) == (422, True)
    assert _send_photo(phone, incident.ref, name(), b"", digest=b"0" * 32).status_code == 422
    assert _send_photo(phone, incident.ref, name(), b"pas une photo").status_code == 400
    assert _send_photo(phone, incident.ref, name(), b"\xff" * (15 * 1024 * 1024 + 1)).status_code == 413
    assert _send_photo(phone, incident.ref, name(), data, query="?kind=portrait").status_code == 400
    assert _send_photo(phone, commune.foreign_incident().ref, name(), data).status_code == 404
    undigested = phone.client.put(f"{FIELD}/incidents/{incident.ref}/photos/{name()}", data, content_type="image/jpeg")
    assert undigested.json()["errors"][0]["field"] == "Content-Digest"
    assert not Photo.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_a_repair_done_offline_is_dated_when_it_was_done(commune: Commune, phone_of: PhoneOf) -> None:
    phone, incident = phone_of("agent"), commune.incident(at=NOW - 5 * HOUR)
    taken_at = phone.now(2 * HOUR).replace("+", "%2B")
    proof = _send_photo(phone, incident.ref, name(), photo_bytes(), query=f"?kind=after&made_at={taken_at}")
    assert proof.status_code == 201, proof.json()
    uuid = name()
    body = {"verb": "resolve", "made_at": phone.now(2 * HOUR), "text": "Carte remplacée."}
    first = phone.put(f"incidents/{incident.ref}/actions/{uuid}", body)
    assert first.status_code == 201, first.json()
    assert first.json()["incident"]["status"] == "resolved"
    assert phone.put(f"incidents/{incident.ref}/actions/{uuid}", body).status_code == 200
    incident.refresh_from_db()
    assert (incident.resolved_at, incident.is_proven) == (NOW - 2 * HOUR, True)
    assert incident.photos.get().kind == PhotoKind.AFTER
    assert incident.events.filter(kind="resolved").count() == 1


@time_machine.travel(NOW, tick=False)
def test_what_became_impossible_comes_back_with_the_incident_as_it_stands(commune: Commune, phone_of: PhoneOf) -> None:
    phone, incident = phone_of("agent"), commune.incident(at=NOW - 5 * HOUR)
    incident.resolve(by=commune.people["manager"], at=NOW - HOUR, text="Fait.")
    refused = phone.put(f"incidents/{incident.ref}/actions/{name()}", {"verb": "acknowledge", "made_at": phone.now()})
    assert refused.status_code == 409
    assert refused.json()["current"]["status_label"] == "Réparation annoncée"
    assert "n'est pas possible" in refused.json()["detail"]


@time_machine.travel(NOW, tick=False)
def test_an_action_made_before_somebody_elses_is_dated_after_it(commune: Commune, phone_of: PhoneOf) -> None:
    phone, incident = phone_of("agent"), commune.incident(at=NOW - 5 * HOUR)
    incident.comment(by=commune.people["association"], at=NOW - HOUR, text="Toujours en panne.")
    body = {"verb": "acknowledge", "made_at": phone.now(2 * HOUR)}
    assert phone.put(f"incidents/{incident.ref}/actions/{name()}", body).status_code == 201
    assert incident.events.latest("seq").at == NOW - HOUR


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"verb": "danser"}, "verb"),
        ({"verb": "transfer"}, "verb"),
        ({}, "verb"),
        ({"verb": "hold"}, "reason"),
        ({"verb": "plan"}, "planned_for"),
        ({"verb": "comment"}, "text"),
        ({"verb": "acknowledge", "reason": "parts"}, "reason"),
        ({"verb": "acknowledge", "made_at": "2026-08-16T13:00:00Z"}, "made_at"),
    ],
)
def test_a_bad_action_names_its_field(commune: Commune, phone_of: PhoneOf, given: dict[str, str], field: str) -> None:
    phone, incident = phone_of("agent"), commune.incident()
    refused = phone.put(f"incidents/{incident.ref}/actions/{name()}", {"made_at": phone.now(), **given})
    assert refused.status_code == 400, refused.json()
    assert field in [each["field"] for each in refused.json()["errors"]]
    assert incident.events.filter(recorded_at__gte=NOW).exclude(kind__in=["opened", "receipt_sent"]).count() == 0


@time_machine.travel(NOW, tick=False)
def test_an_action_that_is_not_ones_own_is_refused(commune: Commune, phone_of: PhoneOf) -> None:
    incident = commune.incident()
    for who, status in (("association", 403), ("stranger_manager", 404), ("committee", 404)):
        phone = phone_of(who)
        said = phone.put(f"incidents/{incident.ref}/actions/{name()}", {"verb": "plan", "made_at": phone.now(),
                         "planned_for": "2026-09-20T12:00:00Z"})  # fmt: skip
        assert said.status_code == status, said.json()


@time_machine.travel(NOW, tick=False)
def test_incidents_at_hand_say_what_one_may_do_in_the_same_number_of_queries(
    commune: Commune, phone_of: PhoneOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    phone = phone_of("agent")
    commune.incident()
    commune.foreign_incident()
    # The device, its memberships and their residences, the incidents.
    with django_assert_num_queries(4):
        (line,) = phone.get("incidents").json()
    assert line["allowed_actions"][:3] == ["acknowledge", "attend", "make_safe"]
    for _ in range(20):
        commune.incident()
    with django_assert_num_queries(4):
        assert len(phone.get("incidents").json()) == 21


@time_machine.travel(NOW, tick=False)
def test_a_confidential_incident_stays_with_whom_it_concerns(commune: Commune, phone_of: PhoneOf) -> None:
    incident = commune.incident(is_confidential=True)
    assert phone_of("agent").get(f"incidents/{incident.ref}").status_code == 404
    assert phone_of("association").get(f"incidents/{incident.ref}").json()["incident"]["is_confidential"] is True


@time_machine.travel(NOW, tick=False)
def test_the_reference_is_read_once_and_known_by_its_tag(commune: Commune, phone_of: PhoneOf) -> None:
    phone = phone_of("association")
    code = QrCode.objects.create(residence=commune.residence, spot=commune.spot).code
    QrCode.objects.create(residence=commune.residence, revoked_at=NOW)
    read = phone.get("reference")
    told = read.json()
    # The digest recognises a poster that is scanned; the code itself stays on the wall.
    (known,) = told["residences"][0]["codes"]
    assert known == {"sha256": hashlib.sha256(code.encode()).hexdigest(), "spot": commune.spot.pk}
    assert code not in read.content.decode()
    assert [each["slug"] for each in told["residences"]] == [commune.residence.slug]
    assert told["residences"][0]["spots"] == [{"id": commune.spot.pk, "name": commune.spot.name, "kind": "lift"}]
    assert {"number": "18", "name": "Pompiers"} in told["emergency"]
    assert phone.get("reference", **{"If-None-Match": f"W/{read['ETag']}"}).status_code == 304
    assert phone.get("reference", **{"If-None-Match": '"autre"'}).status_code == 200


@time_machine.travel(NOW, tick=False)
def test_the_same_problem_is_shown_before_it_is_sent(commune: Commune, phone_of: PhoneOf) -> None:
    phone, incident = phone_of("association"), commune.incident()
    commune.foreign_incident()
    asked = f"duplicates?residence={commune.residence.slug}&category={commune.category.slug}"
    assert [each["ref"] for each in phone.get(asked).json()] == [incident.ref]
    assert phone.get(f"{asked}&spot={commune.spot.pk}").json() == []
    assert phone.get("duplicates").status_code == 400


@time_machine.travel(NOW, tick=False)
def test_a_passage_scanned_offline_is_recorded_once(commune: Commune, phone_of: PhoneOf) -> None:
    from gup.conventions.enums import CommitmentKind
    from tests.factories import CommitmentFactory

    promise = CommitmentFactory(
        version=commune.convention, kind=CommitmentKind.RECURRENCE, times=1, period="week", stage="", basis="",
        target=None, calendar=None,
    )  # fmt: skip
    code = QrCode.objects.create(residence=commune.residence, spot=commune.spot).code
    phone, uuid = phone_of("agent"), name()
    (promised,) = phone.get("reference").json()["passages"]
    assert (promised["commitment"], promised["residences"]) == (promise.pk, [commune.residence.slug])
    body = {"made_at": phone.now(HOUR), "commitment": promise.pk, "residence": commune.residence.slug, "code": code}
    first, second = phone.put(f"passages/{uuid}", body), phone.put(f"passages/{uuid}", body)
    assert (first.status_code, second.status_code) == (201, 200), first.json()
    passage = Passage.objects.get()
    assert (passage.at, str(passage.uuid)) == (NOW - HOUR, first.json()["passage"])
    wrong = phone.put(f"passages/{name()}", {**body, "code": "faux"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "code")
