"""Opening hours, read by all and edited by the DSU's administration."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from gup.conventions.models import ServiceCalendar
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
WEEK = {f"day{day}": "07:30-12:00, 13:00-15:00" for day in range(5)}


def test_hours_are_edited_and_what_they_were_is_kept(desk: Desk, as_: As) -> None:
    calendar = ServiceCalendar.objects.get()
    page = reverse("calendar", args=[calendar.slug])
    administrator = as_("administrator")
    shown = administrator.get(page).content.decode()
    assert 'value="00:00-24:00"' in shown
    days = "2026-05-22 ; fermé ; Abolition de l'esclavage\n2026-11-02 ; 07:30-12:00 ; Jour des défunts"
    answer = administrator.post(page, {**WEEK, "revision": "1", "exceptions": days}, follow=True)
    assert "Horaires enregistrés" in answer.content.decode()
    calendar.refresh_from_db()
    assert (calendar.revision, calendar.weekly["4"]) == (2, [["07:30", "12:00"], ["13:00", "15:00"]])
    assert list(calendar.exceptions.values_list("day", "windows")) == [
        (date(2026, 5, 22), []),
        (date(2026, 11, 2), [["07:30", "12:00"]]),
    ]
    assert "2026-11-02 ; 07:30-12:00 ; Jour des défunts" in administrator.get(page).content.decode()
    assert "Modifié le" in as_("association").get(reverse("calendars")).content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"day0": "de 8 h à midi"}, "plage horaire"),
        ({"day0": "08:00-12:00, 11:00-13:00"}, "se chevauchent"),
        ({f"day{day}": "" for day in range(5)}, "jamais"),
        ({"exceptions": "22 mai ; fermé ; Abolition"}, "Ligne 1"),
        ({"exceptions": "2026-05-22 ; fermé"}, "séparés par"),
        ({"exceptions": "2026-05-22 ; fermé ; a\n2026-05-22 ; fermé ; b"}, "Ligne 2"),
        ({"revision": "0"}, "quelqu&#x27;un d&#x27;autre"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_what_was_typed(
    desk: Desk, as_: As, given: dict[str, str], said: str
) -> None:
    calendar = ServiceCalendar.objects.get()
    answer = as_("administrator").post(
        reverse("calendar", args=[calendar.slug]), {**WEEK, "revision": "1", "exceptions": "", **given}
    )
    assert answer.status_code == 400
    assert said in answer.content.decode()
    calendar.refresh_from_db()
    assert calendar.revision == 1
