"""Photos come in by a form, are judged by their bytes, and leave in two sizes to whom the incident is visible."""

import uuid
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from gup.incidents.enums import PhotoStatus
from gup.incidents.models import Incident, Photo
from gup.incidents.photos import derive_photo
from tests.api.conftest import Commune
from tests.factories import minutes_ago, photo_bytes

As = Callable[[str | None], APIClient]
MEGABYTE = 1024 * 1024


def send(client: APIClient, incident: Incident, data: bytes, **given: Any) -> Any:
    body = {"photo": SimpleUploadedFile("IMG_0001.jpg", data, "image/jpeg"), **given}
    headers = given.pop("headers", {})
    body.pop("headers", None)
    return client.post(f"/api/v1/incidents/{incident.ref}/photos", body, format="multipart", headers=headers)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 401),
        ("association", 201),
        ("agent", 201),
        ("manager", 201),
        ("reviewer", 201),
        ("service", 404),
        ("committee", 404),
        ("stranger_association", 404),
        ("stranger_manager", 404),
        ("nobody", 404),
    ],
)
def test_who_may_join_a_photo(as_: As, commune: Commune, who: str | None, status: int) -> None:
    incident = commune.incident()
    assert send(as_(who), incident, photo_bytes()).status_code == status
    assert incident.photos.count() == (1 if status == 201 else 0)


def test_a_photo_is_received_then_shown_in_two_sizes(as_: As, commune: Commune) -> None:
    incident, client, name = commune.incident(), as_("agent"), uuid.uuid4()
    answer = send(client, incident, photo_bytes((2000, 1500)), kind="after", uuid=str(name))
    assert answer.status_code == 201
    assert answer.json() | {"added_at": ""} == {
        "uuid": str(name),
        "kind": "after",
        "status": "received",
        "refusal": "",
        "width": 2000,
        "height": 1500,
        "added_at": "",
        "display": None,
        "thumbnail": None,
    }
    assert answer["ETag"] == '"3"'
    derive_photo(Photo.objects.get())
    [shown] = client.get(f"/api/v1/incidents/{incident.ref}/photos").json()["results"]
    for size, sides in (("display", (1600, 1200)), ("thumbnail", (320, 240))):
        # An <img> asks for images only.
        served = client.get(shown[size], headers={"Accept": "image/avif,image/webp"})
        assert served.status_code == 200
        assert served["Content-Type"] == "image/jpeg"
        assert served["X-Content-Type-Options"] == "nosniff"
        assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert served["Content-Disposition"] == f'inline; filename="{name}.jpg"'
        assert served["Cache-Control"] == "private, no-cache"
        assert Image.open(BytesIO(b"".join(served))).size == sides


def test_the_position_in_a_photo_never_leaves(as_: As, commune: Commune, media: Path) -> None:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "chez Mme Essai"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (300, 200), "teal").save(out, "JPEG", exif=exif)
    incident, client = commune.incident(), as_("agent")
    send(client, incident, out.getvalue())
    photo = Photo.objects.get()
    for size in ("display", "thumbnail", "original"):
        assert client.get(f"/api/v1/photos/{photo.uuid}/{size}").status_code == 404
    derive_photo(photo)
    served = client.get(f"/api/v1/photos/{photo.uuid}/display")
    content = b"".join(served)
    assert not Image.open(BytesIO(content)).getexif()
    assert b"Mme Essai" not in content
    assert client.get(f"/api/v1/photos/{photo.uuid}/original").status_code == 404


def test_a_photo_is_read_by_whom_the_incident_is_visible_to(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    photo = incident.add_photo(by=commune.people["agent"], at=minutes_ago(60), data=photo_bytes())
    derive_photo(photo)
    for who, status in {
        None: 401,
        "association": 200,
        "reviewer": 200,
        "stranger_association": 404,
        "stranger_manager": 404,
        "service": 404,
        "committee": 404,
        "nobody": 404,
    }.items():
        served = as_(who).get(f"/api/v1/photos/{photo.uuid}/display")
        assert served.status_code == status, who
        b"".join(served)
    missing = as_("agent").get(f"/api/v1/photos/{uuid.uuid4()}/display")
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"


def test_the_same_photo_again_is_the_same_photo(as_: As, commune: Commune) -> None:
    incident, client = commune.incident(), as_("agent")
    first, second = send(client, incident, photo_bytes()), send(client, incident, photo_bytes())
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["uuid"] == second.json()["uuid"]
    assert incident.events.filter(kind="photo_added").count() == 1


def bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 une facture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        photo_bytes()[:900],
        b"\xff\xd8\xff" + b"\0" * 4000,
        photo_bytes(kind="GIF"),
        bomb(),
    ],
    ids=["empty", "pdf", "svg", "truncated", "lying", "gif", "30000x30000"],
)
def test_what_is_no_photo_is_refused_with_a_reason(as_: As, commune: Commune, media: Path, data: bytes) -> None:
    incident = commune.incident()
    answer = send(as_("agent"), incident, data)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["field"] == "photo" and error["message"]
    assert not incident.photos.exists()
    assert not list(media.rglob("original"))


def test_a_photo_of_40_megabytes_is_refused_by_its_announced_length(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    answer = send(as_("agent"), incident, b"\xff\xd8\xff" + b"\0" * 40 * MEGABYTE)
    assert answer.status_code == 413
    assert [error["field"] for error in answer.json()["errors"]] == ["photo"]


def test_a_photo_a_little_too_large_is_refused_by_its_weight(as_: As, commune: Commune) -> None:
    answer = send(as_("agent"), commune.incident(), b"\xff\xd8\xff" + b"\0" * 15 * MEGABYTE)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "photo", "message": "Cette photo pèse plus de 15 Mo."}]


def test_a_form_without_a_photo_or_with_a_wrong_kind_is_refused(as_: As, commune: Commune) -> None:
    client, address = as_("agent"), f"/api/v1/incidents/{commune.incident().ref}/photos"
    answer = client.post(address, {"photo": "texte", "kind": "selfie", "zut": 1}, format="multipart")
    assert answer.status_code == 400
    assert sorted(error["field"] for error in answer.json()["errors"]) == ["kind", "photo", "zut"]
    broken = client.post(address, b"--x\r\nzut", content_type="multipart/form-data")
    assert broken.status_code == 400
    assert client.post(address, {"photo": "x"}, format="json").status_code == 415


def test_a_photo_from_a_stale_page_is_refused(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    answer = send(as_("agent"), incident, photo_bytes(), headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert not incident.photos.exists()


def test_no_photo_joins_a_closed_incident(as_: As, commune: Commune) -> None:
    incident = commune.incident()
    incident.resolve(by=commune.people["agent"], at=minutes_ago(70), text="Fait")
    incident.confirm(by=commune.people["association"], at=minutes_ago(60))
    answer = send(as_("agent"), incident, photo_bytes())
    assert answer.status_code == 409
    assert "Possible pour vous" in answer.json()["detail"]


def test_the_photos_cost_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    incident, client = commune.incident(), as_("agent")

    def add(count: int) -> None:
        have = incident.photos.count()
        Photo.objects.bulk_create(
            Photo(
                incident=incident,
                kind="before",
                status=PhotoStatus.READY,
                sha256=str(have + n),
                display="d",
                thumbnail="t",
                added_at=minutes_ago(1),
            )
            for n in range(count)
        )

    add(1)
    with django_assert_num_queries(5):
        client.get(f"/api/v1/incidents/{incident.ref}/photos")
    add(19)
    with django_assert_num_queries(5):
        assert len(client.get(f"/api/v1/incidents/{incident.ref}/photos").json()["results"]) == 20
