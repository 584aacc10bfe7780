"""What phones really send to the public pages: each fault is told in words, and nothing that was typed is lost."""

import threading
import uuid
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from PIL import Image

from gup.desk.uploads import KEPT_OF_A_REQUEST, BoundedUploadHandler
from gup.incidents import photo_files
from gup.incidents.models import Incident
from gup.incidents.photo_queue import derive_waiting
from gup.partners.models import Management
from gup.places.models import QrCode
from mobile_forms import report
from mobile_forms.photos import add_photos
from tests.api.conftest import committed
from tests.factories import CategoryFactory, ResidenceFactory, UserFactory, photo_bytes, signed_convention
from tests.mobile_forms.test_languages import _catalogue

__all__ = ["committed"]

WORDS = {"title": "Cabine bloquée", "description": "Depuis ce matin", "reporter_phone": "0696 12 34 56"}


def _form(qr: QrCode, language: str = "") -> tuple[str, dict[str, Any]]:
    category = CategoryFactory()
    prefix = f"/{language}" if language else ""
    return f"{prefix}/r/{qr.code}?famille={category.family.slug}", {**WORDS, "category": category.slug}


def _photo(data: bytes, name: str = "p.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def _stored(name: str) -> bytes:
    with default_storage.open(name) as file:
        data: bytes = file.read()
    return data


def _unkept(page: Any) -> list[str]:
    unkept: list[str] = page.context["unkept"]
    return unkept


def test_too_many_photos_are_refused_with_their_number_and_every_word_stays(client: Client, qr: QrCode) -> None:
    address, given = _form(qr)
    page = client.post(address, {**given, "photos": [_photo(photo_bytes()) for _ in range(12)]})
    said = page.content.decode()
    assert page.status_code == 400
    assert "4 photos au plus : vous en avez joint 12." in said
    assert "Vos photos sont à joindre de nouveau." in said
    assert all(words in said for words in WORDS.values())
    assert not Incident.objects.exists()


def test_a_film_is_cut_on_its_way_to_the_disk_and_costs_neither_the_report_nor_the_other_photo(
    client: Client, qr: QrCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[int] = []

    def weighed(*args: Any, photos: Any, **named: Any) -> list[str]:
        kept = list(photos)
        received.extend(len(each) for each in kept)
        return add_photos(*args, photos=kept, **named)

    monkeypatch.setattr(report, "add_photos", weighed)
    address, given = _form(qr)
    film = _photo(b"\xff\xd8\xff" + bytes(photo_files.MAX_BYTES + 9_000_000))
    page = client.post(address, {**given, "photos": [film, _photo(photo_bytes())]})
    assert page.status_code == 201
    assert "pèse plus de 15 Mo" in page.content.decode()
    assert received[0] == photo_files.MAX_BYTES + 1
    assert Incident.objects.get().photos.count() == 1


def test_a_body_full_of_films_never_fills_the_disk() -> None:
    handler, part = BoundedUploadHandler(), bytes(1_000_000)
    for _ in range(50):
        for start in range(0, 30_000_000, len(part)):
            handler.receive_data_chunk(part, start)
    assert handler.kept == KEPT_OF_A_REQUEST


def test_the_empty_file_that_safari_sends_for_no_photo_is_no_photo(client: Client, qr: QrCode) -> None:
    address, given = _form(qr)
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in given.items()]
    empty = 'Content-Disposition: form-data; name="photos"; filename=""\r\nContent-Type: application/octet-stream'
    body = "\r\n".join([*parts, f"--x\r\n{empty}\r\n\r\n", "--x--\r\n"])
    page = client.generic("POST", address, body.encode(), "multipart/form-data; boundary=x")
    assert page.status_code == 201
    assert _unkept(page) == []
    named = client.post(address, {**given, "title": "Encore", "is_another": "on", "photos": [_photo(b"")]})
    assert named.status_code == 201
    assert _unkept(named) == ["Cette photo est vide : renvoyez-la."]


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"\xff\x00"])
def test_a_body_that_holds_nothing_shows_the_form_again(client: Client, qr: QrCode, body: bytes) -> None:
    address, _ = _form(qr)
    page = client.generic("POST", address, body, "multipart/form-data; boundary=x")
    assert page.status_code == 400
    assert not Incident.objects.exists()


def test_a_phone_that_keeps_no_cookie_still_reports(qr: QrCode) -> None:
    client = Client(enforce_csrf_checks=True)
    address, given = _form(qr)
    assert client.post(address, given).status_code == 201


def test_what_another_site_sends_is_shown_again_and_recorded_nowhere(client: Client, qr: QrCode) -> None:
    address, given = _form(qr)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    page = client.post(address, given, headers=elsewhere)
    assert page.status_code == 403
    assert all(words in page.content.decode() for words in WORDS.values())
    assert not Incident.objects.exists()
    secret = client.post(address, given).context["opened"].secret
    incident = Incident.objects.get()
    assert Client().post(f"/r/{qr.code}/moi-aussi/{incident.ref}", headers=elsewhere).status_code == 403
    incident.resolve(by=UserFactory(agent=True, organisation=incident.bailleur), at=timezone.now(), text="Fait.")
    assert client.post(f"/s/{secret}/confirm", headers=elsewhere).status_code == 403
    incident.refresh_from_db()
    assert (incident.status, incident.supporters.count()) == ("resolved", 0)


def test_a_residence_that_left_every_bailleur_says_so_before_anything_is_typed(client: Client, qr: QrCode) -> None:
    address, given = _form(qr)
    Management.objects.filter(residence=qr.residence).update(until=timezone.localdate())
    page = client.get(f"/r/{qr.code}")
    assert page.status_code == 410
    assert "un signalement n'arriverait à personne" in page.content.decode()
    assert 'href="tel:18"' in page.content.decode()
    sent = client.post(address, given)
    assert sent.status_code == 400
    assert all(words in sent.content.decode() for words in ("Aucun bailleur ne gère", *WORDS.values()))


@pytest.mark.parametrize("language", ["en", "es", "ht"])
def test_every_refusal_of_a_photo_or_a_field_is_said_in_the_language_of_the_page(
    client: Client, qr: QrCode, language: str
) -> None:
    address, given = _form(qr, language)
    catalogue = _catalogue(language)
    wrong = client.post(address, {"title": "x" * 141, "description": "y" * 4001, "reporter_email": "z", "spot": "0"})
    wrong_phone = client.post(address, {**given, "title": "", "reporter_phone": "pas un numéro"})
    for page, fields in (
        (wrong, ("category", "title", "description", "reporter_email", "spot")),
        (wrong_phone, ("title", "reporter_phone")),
    ):
        for field in fields:
            error = page.context["form"].errors.as_data()[field][0]
            source = str(error.message)
            assert source in catalogue.values(), f"{field}: {source}"
    heavy, huge = bytes(photo_files.MAX_BYTES + 1), BytesIO()
    Image.new("1", (photo_files.MAX_SIDE + 1, 1)).save(huge, "PNG")
    bad = [b"", b"rien", b"\xff\xd8\xff\xe0cassee", heavy, huge.getvalue()]
    for start in (0, 3):
        given |= {"is_another": "on", "title": f"Essai {start}"}
        page = client.post(address, {**given, "photos": [_photo(each) for each in bad[start : start + 3]]})
        assert page.status_code == 201
        assert [said for said in _unkept(page) if said not in catalogue.values()] == []
        assert len(_unkept(page)) == len(bad[start : start + 3])


def test_a_photo_is_added_later_and_a_bad_one_beside_it_is_told(client: Client, qr: QrCode) -> None:
    address, given = _form(qr)
    secret = client.post(address, given).context["opened"].secret
    none = client.post(f"/s/{secret}/add-photo", {})
    assert none.status_code == 400
    assert "Joignez une photo." in none.content.decode()
    two = {"photos": [_photo(b"rien"), _photo(photo_bytes())]}
    page = client.post(f"/s/{secret}/add-photo", two, follow=True).content.decode()
    assert "Une photo n&#x27;a pas été gardée" in page
    assert Incident.objects.get().photos.count() == 1


def test_where_the_photo_was_taken_is_in_no_file_that_stays(
    client: Client, qr: QrCode, django_capture_on_commit_callbacks: Any
) -> None:
    """A portrait phone's photo with its position: turned upright, and the position gone from every stored byte."""
    exif = Image.Exif()
    exif[photo_files.ORIENTATION_TAG] = 6
    exif[0x010F] = "Marque-du-telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (14.0, 36.0, 57.0), 3: "W", 4: (60.0, 59.0, 11.0)})
    lying, heic = BytesIO(), BytesIO()
    Image.new("RGB", (640, 480), "teal").save(lying, "JPEG", exif=exif)
    Image.new("RGB", (640, 480), "navy").save(heic, "HEIF", exif=exif)
    turned = sha256(lying.getvalue()).hexdigest()
    address, given = _form(qr)
    page = client.post(address, {**given, "photos": [_photo(lying.getvalue()), _photo(heic.getvalue(), "p.heic")]})
    assert _unkept(page) == []
    secret, incident = page.context["opened"].secret, Incident.objects.get()
    originals = [photo.original for photo in incident.photos.all()]
    with django_capture_on_commit_callbacks(execute=True):
        derive_waiting()
    for photo, original in zip(incident.photos.all(), originals, strict=True):
        assert not default_storage.exists(original), "what came in with its position is erased"
        assert not photo.original
        served = b"".join(client.get(f"/s/{secret}/photos/{photo.uuid}.jpg"))
        stored = [_stored(name) for name in (photo.display, photo.thumbnail)]
        for data in (served, *stored):
            assert not any(mark in data for mark in (b"Exif", b"Marque-du-telephone", b"GPS", b"http://ns.adobe.com"))
            with Image.open(BytesIO(data)) as shown:
                assert not shown.getexif()
                assert (shown.height > shown.width) is (photo.sha256 == turned), "the lying one is upright"


def test_a_button_pressed_twice_at_once_is_one_report(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    residence = ResidenceFactory()
    signed_convention(residence.managements.get().bailleur, [residence.quartier])
    address, given = _form(QrCode.objects.create(residence=residence))
    given["sending"] = str(uuid.uuid4())
    both, sent_before, answers = threading.Barrier(2, timeout=20), report._sent_before, []
    looked = threading.local()

    def together(*args: Any) -> Any:
        """The first time each looks, neither has recorded."""
        found = sent_before(*args)
        if not getattr(looked, "once", False):
            looked.once = True
            both.wait()
        return found

    monkeypatch.setattr(report, "_sent_before", together)

    def send() -> None:
        try:
            answers.append(Client().post(address, given).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [201, 201]
    assert Incident.objects.count() == 1
