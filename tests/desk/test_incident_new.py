"""Reporting from the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gup.incidents.models import Incident
from tests.desk.conftest import Desk
from tests.factories import IncidentFactory, ResidenceFactory, photo_bytes

As = Callable[[str], Client]
URL = "/incidents/nouveau/"


def _given(desk: Desk, **fields: Any) -> dict[str, Any]:
    return {"residence": desk.residence.slug, "category": desk.category.slug, "title": "Hall dans le noir", **fields}


def _photo(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", data, "image/jpeg")


def test_an_association_reports_with_a_photo(desk: Desk, as_: As) -> None:
    answer = as_("association").post(URL, _given(desk, photos=[_photo(photo_bytes())]))
    incident = Incident.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/incidents/{incident.ref}/"
    assert incident.photos.count() == 1
    assert incident.clocks.count() == 2


def test_a_bad_photo_never_costs_the_report(desk: Desk, as_: As) -> None:
    answer = as_("association").post(URL, _given(desk, photos=[_photo(b"du texte")]), follow=True)
    assert Incident.objects.count() == 1
    assert "Une photo n&#x27;a pas été gardée" in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("residence", "ailleurs"),
        ("category", "inconnue"),
        ("title", ""),
        ("title", "x" * 10_000),
        ("title", "\u200b\u200b"),
        ("reported_at", "hier"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(desk: Desk, as_: As, field: str, value: str) -> None:
    page = as_("association").post(URL, _given(desk, **{field: value}))
    assert page.status_code == 400
    assert page.context["form"].errors[field]
    assert not Incident.objects.exists()


@pytest.mark.parametrize("days", [8, -1])
def test_a_date_too_old_or_in_the_future_is_refused(desk: Desk, as_: As, days: int) -> None:
    when = timezone.localtime(timezone.now() - timedelta(days=days))
    page = as_("association").post(URL, _given(desk, reported_at=f"{when:%Y-%m-%dT%H:%M}"))
    assert page.status_code == 400
    assert page.context["form"].errors["reported_at"]
    assert not Incident.objects.exists()


def test_five_photos_are_refused_before_anything_is_written(desk: Desk, as_: As) -> None:
    photos = [_photo(photo_bytes(colour=colour)) for colour in ("red", "blue", "green", "white", "black")]
    page = as_("association").post(URL, _given(desk, photos=photos))
    assert page.status_code == 400
    assert page.context["form"].errors["photos"]
    assert not Incident.objects.exists()


def test_another_residence_is_not_on_offer(desk: Desk, as_: As) -> None:
    page = as_("association").post(URL, _given(desk, residence=ResidenceFactory().slug))
    assert page.status_code == 400
    assert page.context["form"].errors["residence"]


def test_a_likely_duplicate_is_shown_before_a_second_one_is_opened(desk: Desk, as_: As) -> None:
    known = IncidentFactory(residence=desk.residence, category=desk.category)
    page = as_("association").post(URL, _given(desk))
    assert page.status_code == 409
    assert known.ref in page.content.decode()
    assert Incident.objects.count() == 1
    assert as_("association").post(URL, _given(desk, checked="1")).status_code == 302
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("role", ["service", "committee"])
def test_roles_that_do_not_report_are_told_so(desk: Desk, as_: As, role: str) -> None:
    assert as_(role).get(URL).status_code == 403
