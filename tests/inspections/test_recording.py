"""Writing down what was done: what is refused leaves nothing, what is kept is kept for good."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from PIL import Image

from gup.incidents.errors import InvalidInput, NotAllowed, Refused, WrongTransition
from gup.inspections import recording
from gup.inspections.models import Milestone, Passage, Walk
from gup.inspections.recording import Correction, record_milestone, record_passage, record_walk, withdraw
from gup.places.models import QrCode
from tests.factories import ResidenceFactory, SpotFactory, UserFactory, VersionFactory, photo_bytes
from tests.inspections.conftest import Estate, at

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
NOON = at(10)


def _refused(estate: Estate, **given: Any) -> Refused:
    """The refusal of a passage, and that nothing was left of it."""
    commitment = estate.version.commitments.first() or estate.recurrence()
    arguments = {"by": estate.people["agent"], "at": NOON, **given}
    residence = arguments.pop("residence", estate.residence)
    with pytest.raises(Refused) as refusal:
        record_passage(commitment, residence, **arguments)
    assert Passage.objects.count() == 0
    return refusal.value


def test_a_scan_proves_the_spot_of_its_code(estate: Estate) -> None:
    passage = estate.scan(estate.recurrence(), NOON, code=f"https://gup.example/r/{estate.code}/")
    assert (passage.spot, passage.proof, passage.organisation) == (estate.lift, "qr", estate.bailleur)


def test_the_same_code_scanned_twice_within_a_minute_is_one_passage(estate: Estate) -> None:
    cleaning = estate.recurrence()
    first = estate.scan(cleaning, at(10, 12, 0))
    assert estate.scan(cleaning, at(10, 12, 0) + timedelta(seconds=59)) == first
    other = estate.recurrence(label="Sortie des bacs")
    assert estate.scan(other, at(10, 12, 0)) != first
    assert estate.scan(cleaning, at(10, 12, 1)) != first
    assert Passage.objects.count() == 3


def test_a_photo_that_is_sent_again_is_one_passage(estate: Estate) -> None:
    cleaning, photo = estate.recurrence(), photo_bytes()
    first = estate.scan(cleaning, NOON, proof="photo", code="", data=photo)
    assert estate.scan(cleaning, NOON + timedelta(seconds=40), proof="photo", code="", data=photo) == first
    assert estate.scan(cleaning, NOON, proof="photo", code="", data=photo_bytes(colour="red")) != first
    assert estate.scan(cleaning, at(11), proof="photo", code="", data=photo) != first


def test_two_phones_at_the_same_instant_write_one_passage(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked before the first had written: the database refuses it, and the answer is the first's."""
    cleaning = estate.recurrence()
    first = estate.scan(cleaning, NOON)
    look = recording._twin
    monkeypatch.setattr(recording, "_twin", _blind_once(look))
    assert estate.scan(cleaning, NOON) == first
    assert Passage.objects.count() == 1


def _blind_once(look: Any) -> Any:
    seen: list[bool] = []

    def twin(*given: Any) -> Passage | None:
        if not seen:
            seen.append(True)
            return None
        found: Passage | None = look(*given)
        return found

    return twin


def test_the_code_of_elsewhere_proves_nothing_here(estate: Estate) -> None:
    other = SpotFactory()
    foreign = QrCode.objects.create(residence=other.residence, spot=other)
    poster = QrCode.objects.create(residence=estate.residence)
    second = SpotFactory(residence=estate.residence, name="Entrée B")
    revoked = QrCode.objects.create(residence=estate.residence, spot=second, revoked_at=at(1))
    for code, words in (
        (foreign.code, "lieu de cette résidence"),
        (poster.code, "toute la résidence"),
        (revoked.code, "lieu de cette résidence"),
        ("n'importe quoi", "lieu de cette résidence"),
        ("", "Scannez"),
    ):
        refusal = _refused(estate, proof="qr", code=code)
        assert refusal.field == "code"
        assert words in refusal.message
    refusal = _refused(estate, proof="qr", code=estate.code, spot=second)
    assert (refusal.field, "Entrée B" in refusal.message) == ("code", True)
    assert _refused(estate, proof="photo", code=estate.code, data=photo_bytes()).field == "code"


def test_a_passage_to_come_or_too_old_is_refused(estate: Estate) -> None:
    assert _refused(estate, passed_at=NOON + timedelta(hours=1)).field == "passed_at"
    assert _refused(estate, passed_at=NOON - timedelta(days=7, seconds=1)).field == "passed_at"
    passage = estate.scan(estate.version.commitments.get(), NOON, passed_at=NOON - timedelta(days=7))
    assert (passage.at, passage.recorded_at) == (NOON - timedelta(days=7), NOON)


def test_a_passage_where_nothing_was_promised_is_refused(estate: Estate) -> None:
    elsewhere = ResidenceFactory(bailleur=estate.bailleur)
    assert _refused(estate, residence=elsewhere).field == "residence"
    neighbour = ResidenceFactory(quartier=estate.residence.quartier)
    assert _refused(estate, residence=neighbour).field == "residence"
    assert _refused(estate, spot=SpotFactory()).field == "spot"
    assert _refused(estate, proof="parole").field == "proof"


def test_a_promise_that_does_not_bind_that_day_is_refused(estate: Estate) -> None:
    cleaning = estate.recurrence()
    estate.version.in_force_until = date(2026, 9, 8)
    estate.version.save(update_fields=["in_force_until"])
    assert _refused(estate).field == "commitment"
    assert estate.scan(cleaning, NOON, passed_at=at(7)).at == at(7)
    project = VersionFactory(
        convention=estate.convention, number=1, project=True, quartiers=[estate.residence.quartier]
    )
    with pytest.raises(InvalidInput, match="pas en vigueur"):
        estate.scan(estate.recurrence(version=project), NOON)


def test_a_promise_of_another_kind_is_refused(estate: Estate) -> None:
    walks = estate.quality()
    with pytest.raises(InvalidInput, match="Fréquence"):
        estate.scan(walks, NOON)
    with pytest.raises(InvalidInput, match="Niveau de qualité"):
        _walk(estate, commitment=estate.recurrence())


@pytest.mark.parametrize(
    ("proof", "data", "words"),
    [
        ("photo", b"", "Joignez la photo"),
        ("sheet", b"", "Joignez la feuille"),
        ("photo", PDF, "est un PDF"),
        ("photo", b"GIF89a" + b"0" * 100, "n'est pas une photo"),
        ("sheet", b"MZ\x90\x00" + b"0" * 100, "ni une photo"),
        ("sheet", b"<html><script>alert(1)</script></html>", "ni une photo"),
        ("sheet", b"%PDF-1.4 coupe", "incomplet"),
        ("sheet", PDF[:-6] + b"0" * (10 * 1024 * 1024) + b"%%EOF", "plus de 10 Mo"),
        ("photo", b"\xff\xd8\xff\xe0 abimee", "abîmée"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_not_kept(
    estate: Estate, media: Path, proof: str, data: bytes, words: str
) -> None:
    refusal = _refused(estate, proof=proof, data=data)
    assert refusal.field == "evidence"
    assert words in refusal.message
    assert not list(media.rglob("*.*"))


def test_a_photo_is_kept_without_where_it_was_taken_and_a_sheet_as_it_came(estate: Estate) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Téléphone"
    out = BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, "JPEG", exif=exif)
    photo = estate.scan(estate.recurrence(), NOON, proof="photo", code="", data=out.getvalue())
    with default_storage.open(photo.evidence) as kept, Image.open(kept) as image:
        assert (dict(image.getexif()), photo.evidence_type) == ({}, "image/jpeg")
    sheet = estate.scan(estate.version.commitments.get(), NOON, proof="sheet", code="", data=PDF)
    with default_storage.open(sheet.evidence) as kept:
        assert (kept.read(), sheet.evidence_type) == (PDF, "application/pdf")


def _walk(estate: Estate, **given: Any) -> Walk:
    fields = {"walked_on": date(2026, 9, 10), "score": "72", "walker": "Le gardien", **given}
    commitment = fields.pop("commitment", None) or estate.quality()
    fields.setdefault("by", estate.people["agent"])
    return record_walk(commitment, estate.residence, at=NOON, **fields)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"score": "B"}, "score"),
        ({"score": "101"}, "score"),
        ({"score": "3/4"}, "score"),
        ({"score": ""}, "score"),
        ({"walked_on": date(2026, 9, 11)}, "walked_on"),
        ({"walked_on": date(2026, 8, 9)}, "walked_on"),
        ({"walker": " "}, "walker"),
        ({"note": "a" * 1001}, "note"),
        ({"data": b"rien"}, "evidence"),
    ],
)
def test_a_walk_that_cannot_be_is_refused_with_its_field(estate: Estate, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _walk(estate, **given)
    assert refusal.value.field == field
    assert Walk.objects.count() == 0


def test_a_walk_keeps_the_grid_and_scale_of_its_day(estate: Estate) -> None:
    walk = _walk(estate, score="72.0")
    assert (walk.grid, walk.scale, walk.score) == ("Propreté", "0-100", "72/100")


def test_a_day_is_today_where_the_convention_lives(estate: Estate) -> None:
    # 3:00 UTC on the 11th is still the 10th in Le Lamentin.
    with pytest.raises(InvalidInput, match="futur"):
        record_walk(
            estate.quality(),
            estate.residence,
            by=estate.people["agent"],
            at=datetime(2026, 9, 11, 3, tzinfo=UTC),
            walked_on=date(2026, 9, 11),
            score="72",
            walker="Le gardien",
        )


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("agent", True),
        ("manager", True),
        ("reviewer", True),
        ("administrator", True),
        ("association", False),
        ("service", False),
        ("committee", False),
        ("stranger", False),
    ],
)
def test_the_party_that_promised_and_the_dsu_record_and_nobody_else(estate: Estate, who: str, may: bool) -> None:
    verbs = (
        lambda by: estate.scan(estate.recurrence(label=f"{who}"), NOON, by=by),
        lambda by: _walk(estate, by=by),
        lambda by: record_milestone(
            estate.milestone(date(2026, 9, 30)), by=by, at=NOON, done_on=date(2026, 9, 10), note="Signée."
        ),
    )
    for verb in verbs:
        if may:
            assert verb(estate.people[who]).recorded_by == estate.people[who]
        else:
            with pytest.raises(NotAllowed):
                verb(estate.people[who])


def test_an_agent_records_on_its_patch_only(estate: Estate) -> None:
    second = ResidenceFactory(quartier=estate.residence.quartier, bailleur=estate.bailleur)
    caretaker = UserFactory(agent=True, organisation=estate.bailleur, residences=[second])
    cleaning = estate.recurrence()
    with pytest.raises(NotAllowed):
        estate.scan(cleaning, NOON, by=caretaker)
    assert record_passage(cleaning, second, by=caretaker, at=NOON)[1]


def test_a_record_is_corrected_once_with_a_reason_and_by_whom_may(estate: Estate) -> None:
    wrong = estate.scan(estate.recurrence(), NOON)
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        withdraw(wrong, by=estate.people["agent"], at=NOON, reason="  ")
    with pytest.raises(NotAllowed):
        withdraw(wrong, by=estate.people["association"], at=NOON, reason="Faux.")
    taken_back = withdraw(wrong, by=estate.people["agent"], at=at(11), reason="Ce n'était pas ce hall.")
    assert (taken_back.corrects, taken_back.reason, taken_back.recorded_by) == (
        wrong,
        "Ce n'était pas ce hall.",
        estate.people["agent"],
    )
    with pytest.raises(WrongTransition, match="déjà été corrigé"):
        withdraw(wrong, by=estate.people["agent"], at=at(11), reason="Encore.")


def test_a_correction_keeps_to_its_promise(estate: Estate) -> None:
    wrong = estate.scan(estate.recurrence(), NOON)
    other = estate.recurrence(label="Sortie des bacs")
    with pytest.raises(InvalidInput, match="même engagement"):
        estate.scan(other, NOON, correction=Correction(wrong, "Faux."))
    with pytest.raises(InvalidInput, match="même nature"):
        estate.scan(other, NOON, correction=Correction(_walk(estate), "Faux."))


def test_a_record_is_neither_changed_nor_erased(estate: Estate) -> None:
    estate.scan(estate.recurrence(), NOON)
    _walk(estate)
    record_milestone(
        estate.milestone(date(2026, 9, 30)),
        by=estate.people["manager"],
        at=NOON,
        done_on=date(2026, 9, 10),
        note="Signée.",
    )
    for model in (Passage, Walk, Milestone):
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
            model.objects.update(note="autre chose")
        with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_each_person_sees_the_records_of_its_places(estate: Estate) -> None:
    passage = estate.scan(estate.recurrence(), NOON)
    seen = {
        who: Passage.objects.visible_to(person).filter(pk=passage.pk).exists() for who, person in estate.people.items()
    }
    assert seen == {
        "association": True,
        "agent": True,
        "manager": True,
        "service": False,
        "reviewer": True,
        "administrator": True,
        "committee": False,
        "stranger": False,
    }
