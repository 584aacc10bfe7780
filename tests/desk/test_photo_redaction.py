"""A part of a photo is blackened for everybody, and what was there is gone from the disk."""

import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from gup.incidents.errors import Stale
from gup.incidents.models import Photo, Redaction
from gup.incidents.photo_queue import derive_waiting
from gup.incidents.redacting import Box, erase_redacted, redact
from gup.partners.models import AuditEntry
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, UserFactory, photo_bytes

As = Callable[[str], Client]
Captured = Callable[..., AbstractContextManager[object]]
CORNER = ("10", "10", "30", "30")


@pytest.fixture
def photo(desk: Desk) -> Photo:
    incident = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    made: Photo = incident.add_photo(by=desk.people["agent"], at=timezone.now(), data=photo_bytes(colour="white"))
    derive_waiting()
    made.refresh_from_db()
    return made


def _rows(*boxes: tuple[str, str, str, str]) -> dict[str, str]:
    """The form as a browser sends it: four rows of numbers, the last ones empty."""
    given = {"cadre-TOTAL_FORMS": "4", "cadre-INITIAL_FORMS": "0"}
    for number in range(4):
        box = boxes[number] if number < len(boxes) else ("", "", "", "")
        for name, value in zip(("left", "top", "width", "height"), box, strict=True):
            given[f"cadre-{number}-{name}"] = value
    return given


def _page(photo: Photo, last: str = "") -> str:
    return f"/incidents/{photo.incident.ref}/photos/{photo.uuid}/{last}"


def _pixel(photo: Photo, x: float, y: float, size: str = "display") -> int:
    """How bright the served picture is at this place (shares of its sides): 0 black, 255 white."""
    photo.refresh_from_db()
    with default_storage.open(getattr(photo, size)) as stored, Image.open(io.BytesIO(stored.read())) as image:
        return image.convert("L").getpixel((int(x * image.width), int(y * image.height)))  # type: ignore[return-value]


def test_what_a_box_covers_is_black_in_both_sizes_and_the_former_files_are_gone(
    desk: Desk, as_: As, photo: Photo, django_capture_on_commit_callbacks: Captured
) -> None:
    former = [Path(default_storage.path(name)) for name in (photo.display, photo.thumbnail)]
    seen = as_("manager").get(f"/photos/{photo.uuid}/display.jpg")
    assert b"".join(seen.streaming_content)  # type: ignore[attr-defined]
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_("agent").post(_page(photo, "masquer/"), _rows(CORNER))
    assert answer["Location"] == _page(photo)
    for size in ("display", "thumbnail"):
        assert _pixel(photo, 0.25, 0.25, size) < 10
        assert _pixel(photo, 0.7, 0.7, size) > 245
    assert [path.exists() for path in former] == [False, False]
    # A browser that keeps the former picture asks, and gets the new one.
    again = as_("manager").get(f"/photos/{photo.uuid}/display.jpg", HTTP_IF_NONE_MATCH=seen["ETag"])
    assert (again.status_code, again["Cache-Control"]) == (200, "private, no-cache")
    assert b"".join(again.streaming_content)  # type: ignore[attr-defined]
    kept = as_("manager").get(f"/photos/{photo.uuid}/display.jpg", HTTP_IF_NONE_MATCH=again["ETag"])
    assert kept.status_code == 304
    redaction = Redaction.objects.get()
    assert (redaction.by, redaction.boxes) == (desk.people["agent"], [[10.0, 10.0, 30.0, 30.0]])
    assert redaction.erased_at is not None
    assert AuditEntry.objects.get(action="photo masquée").subject == f"{photo.incident.ref} · {photo.uuid}"
    assert "Photo masquée en partie" in as_("manager").get(f"/incidents/{photo.incident.ref}/").content.decode()
    assert "par Camille" in as_("manager").get(_page(photo)).content.decode()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "Tracez au moins un cadre"),
        ([("10", "", "30", "30")], "Cadre 1, depuis le haut : Donnez ce nombre aussi"),
        ([("90", "10", "30", "30")], "Le cadre 1 sort de la photo."),
        ([CORNER, ("10", "10", "0.2", "30")], "Le cadre 2 est trop petit"),
        ([("nan", "10", "30", "30")], "Cadre 1, depuis la gauche"),
        ([("dix", "10", "30", "30")], "Cadre 1, depuis la gauche"),
        ([("1e400", "10", "30", "30")], "Cadre 1, depuis la gauche"),
        ([("-5", "10", "30", "30")], "Cadre 1, depuis la gauche"),
    ],
)
def test_a_box_that_is_none_is_named_and_nothing_is_hidden(
    as_: As, photo: Photo, rows: list[tuple[str, str, str, str]], reason: str
) -> None:
    answer = as_("agent").post(_page(photo, "masquer/"), _rows(*rows))
    assert answer.status_code == 400
    assert reason in answer.content.decode().replace("&#x27;", "'")
    assert _pixel(photo, 0.25, 0.25) > 245
    assert not Redaction.objects.exists()


def test_nine_boxes_are_too_many(as_: As, photo: Photo) -> None:
    rows = _rows(CORNER) | {"cadre-TOTAL_FORMS": "9"}
    rows |= {f"cadre-{number}-{name}": "10" for number in range(9) for name in ("left", "top", "width", "height")}
    assert as_("agent").post(_page(photo, "masquer/"), rows).status_code == 400
    assert as_("agent").post(_page(photo, "masquer/"), {"cadre-TOTAL_FORMS": "x"}).status_code == 400
    assert not Redaction.objects.exists()


def test_who_took_the_photo_may_hide_a_part_of_it_and_another_association_member_may_not(
    desk: Desk, as_: As, photo: Photo
) -> None:
    assert as_("association").get(_page(photo, "masquer/")).status_code == 404
    assert as_("association").get(_page(photo)).status_code == 200
    author = UserFactory(association=True, residences=[desk.residence])
    Photo.objects.filter(pk=photo.pk).update(added_by=author)
    client = Client()
    client.force_login(author)
    assert client.post(_page(photo, "masquer/"), _rows(CORNER)).status_code == 302


def test_two_who_hide_at_once_do_not_lose_each_others_boxes(desk: Desk, photo: Photo) -> None:
    read_before = Photo.objects.get(pk=photo.pk)
    redact(photo, [Box(10, 10, 30, 30)], by=desk.people["agent"], at=timezone.now())
    with pytest.raises(Stale):
        redact(read_before, [Box(60, 60, 30, 30)], by=desk.people["manager"], at=timezone.now())
    assert _pixel(photo, 0.25, 0.25) < 10
    files = list(Path(default_storage.path(photo.display)).parent.glob("display*"))
    # The former file waits for the end of the transaction that this test never leaves; the refused one is gone.
    assert len(files) == 2


def test_a_former_file_left_by_a_process_that_died_is_erased_by_the_next_tidying(desk: Desk, photo: Photo) -> None:
    former = Path(default_storage.path(photo.display))
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        # Nothing that waits for the commit runs here, as when the process dies just after it.
        redact(photo, [Box(10, 10, 30, 30)], by=desk.people["agent"], at=now)
    assert former.exists()
    later = now + timedelta(minutes=1)
    assert erase_redacted(later) == 1
    assert not former.exists()
    assert erase_redacted(later) == 0


def test_a_photo_whose_file_is_gone_says_so(as_: As, photo: Photo) -> None:
    default_storage.delete(photo.display)
    answer = as_("agent").post(_page(photo, "masquer/"), _rows(CORNER))
    assert answer.status_code == 400
    assert "Le fichier de cette photo a disparu" in answer.content.decode()


def test_photos_follow_each_other_in_the_viewer(desk: Desk, as_: As, photo: Photo) -> None:
    second = photo.incident.add_photo(by=desk.people["agent"], at=timezone.now(), data=photo_bytes(colour="red"))
    page = as_("agent").get(_page(photo)).content.decode()
    assert "Photo 1 sur 1" in page
    derive_waiting()
    page = as_("agent").get(_page(photo)).content.decode()
    assert f'rel="next" href="{_page(second)}"' in page
    assert 'rel="prev"' not in page
    assert f'rel="prev" href="{_page(photo)}"' in as_("agent").get(_page(second)).content.decode()
    unknown = f"/incidents/{photo.incident.ref}/photos/{uuid.uuid4()}/"
    assert as_("agent").get(unknown).status_code == 404
