"""Photos leave through an authorised view, derived, or not at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from gup.incidents.models import Photo
from gup.incidents.photo_queue import derive_waiting
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, ResidenceFactory, UserFactory, photo_bytes

As = Callable[[str], Client]


@pytest.fixture
def photo(desk: Desk) -> Photo:
    incident = IncidentFactory(residence=desk.residence, category=desk.category, by=desk.people["association"])
    made: Photo = incident.add_photo(by=desk.people["association"], at=timezone.now(), data=photo_bytes())
    return made


def test_a_photo_is_served_once_derived_and_its_original_is_gone(
    desk: Desk, as_: As, photo: Photo, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    address = f"/photos/{photo.uuid}/display.jpg"
    assert as_("agent").get(address).status_code == 404
    original = Path(default_storage.path(photo.original))
    assert original.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert derive_waiting() == 1
    assert not original.exists()
    answer = as_("agent").get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_a_stranger_finds_no_photo(desk: Desk, photo: Photo) -> None:
    derive_waiting()
    stranger = Client()
    assert stranger.get(f"/photos/{photo.uuid}/thumbnail.jpg").status_code == 404
    stranger.force_login(UserFactory(association=True, residences=[ResidenceFactory()]))
    assert stranger.get(f"/photos/{photo.uuid}/thumbnail.jpg").status_code == 404


@pytest.mark.parametrize("size", ["original", "x"])
def test_a_size_that_is_not_made_is_not_found(desk: Desk, as_: As, photo: Photo, size: str) -> None:
    derive_waiting()
    assert as_("agent").get(f"/photos/{photo.uuid}/{size}.jpg").status_code == 404
