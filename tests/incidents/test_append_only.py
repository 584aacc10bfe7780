"""The history is written once: the database itself refuses to change or erase it."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from gup.incidents.models import IncidentEvent
from gup.partners.audit import broken_links, note
from gup.partners.models import AuditEntry
from tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db


def test_an_event_is_neither_changed_nor_erased() -> None:
    event = IncidentFactory().events.first()
    assert event is not None
    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        IncidentEvent.objects.filter(pk=event.pk).update(text="autre chose")
    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        IncidentEvent.objects.filter(pk=event.pk)._raw_delete("default")
    assert IncidentEvent.objects.get(pk=event.pk).text == event.text


def test_the_audit_chain_is_neither_changed_nor_erased_and_is_whole() -> None:
    for number in range(3):
        note(actor="a@essai.example", action="lecture", subject=f"GUP-{number}", at=timezone.now())
    assert broken_links() == []
    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        AuditEntry.objects.update(actor="b@essai.example")
    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        AuditEntry.objects.all()._raw_delete("default")


def test_a_line_slipped_into_the_audit_chain_is_found() -> None:
    note(actor="a@essai.example", action="lecture", subject="GUP-1", at=timezone.now())
    AuditEntry.objects.create(
        at=timezone.now(), actor="x", action="lecture", subject="GUP-2", previous="1" * 64, digest="2" * 64
    )
    assert len(broken_links()) == 1
