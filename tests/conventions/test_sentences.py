"""What a version promises, in sentences that a tenant can read."""

from datetime import date
from typing import Any

import pytest

from gup.conventions.enums import BasisChoice, CommitmentKind, Period, Priority, StageChoice
from gup.conventions.models import EscalationStep
from gup.conventions.sentences import chapters, when_reached
from tests.factories import (
    CalendarFactory,
    CategoryFactory,
    CommitmentFactory,
    FamilyFactory,
    OrganisationFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db
HOUR = 3600


def told(version: Any) -> dict[str, list[str]]:
    """The sentences of each chapter, with plain spaces."""
    found = chapters(version.commitments.order_by("id"), version.convention.organisation)
    plain = str.maketrans("\u00a0\u202f", "  ")
    return {each.name: [line.sentence.translate(plain) for line in each.lines] for each in found}


def test_the_stages_of_one_category_are_one_sentence_in_their_order() -> None:
    version, lifts = VersionFactory(), FamilyFactory(slug="lifts", name="Ascenseurs")
    category = CategoryFactory(parent=lifts, name="Ascenseur en panne")
    common = {"version": version, "category": category}
    CommitmentFactory(stage=StageChoice.RESOLVE, target=24 * HOUR, **common)
    CommitmentFactory(stage=StageChoice.ATTEND, target=4 * HOUR, basis=BasisChoice.WORKING_TIME, **common)
    CommitmentFactory(version=version, stage=StageChoice.ACKNOWLEDGE, target=1, basis=BasisChoice.WORKING_DAYS)
    CommitmentFactory(
        version=version, category=lifts, priority=Priority.DANGER, target=90 * 60, stage=StageChoice.MAKE_SAFE
    )
    assert told(version) == {
        "Pour tout incident": ["Tout incident : prise en charge sous 1 jour ouvré"],
        "Ascenseurs": [
            "Ascenseur en panne : sur place sous 4 h ouvrées, remise en service sous 24 h",
            "Ascenseurs (toute la famille), priorité danger immédiat : mise en sécurité sous 90 min",
        ],
    }


def test_the_kinds_that_are_no_delay_have_their_own_sentences() -> None:
    version = VersionFactory()
    common: dict[str, Any] = {"version": version, "stage": "", "basis": "", "target": None, "calendar": None}
    CommitmentFactory(kind=CommitmentKind.RECURRENCE, label="Halls", times=5, period=Period.WEEK, proof="QR", **common)
    CommitmentFactory(
        kind=CommitmentKind.AVAILABILITY, label="x", equipment="Ascenseurs", min_rate="98.50", period="month", **common
    )
    CommitmentFactory(
        kind=CommitmentKind.QUALITY_LEVEL,
        label="Visite",
        grid="G",
        scale="0-100",
        threshold_score="70",
        walks_per_year=4,
        **common,
    )
    CommitmentFactory(
        kind=CommitmentKind.ACTION_MILESTONE, label="Charte", due_on=date(2027, 6, 30), indicator="signée", **common
    )
    version.refresh_from_db()
    assert told(version)["Pour tout incident"] == [
        "Halls : 5 fois par semaine, prouvé par : QR",
        "Ascenseurs : en service au moins 98,5 % du temps, jugé par mois",
        "Visite : 70 au moins, sur l'échelle 0-100, 4 visites par an",
        "Charte : au plus tard le 30/06/2027 (preuve : signée)",
    ]


def test_a_promise_of_another_party_names_it_and_all_say_what_they_depend_on() -> None:
    version, other = VersionFactory(), OrganisationFactory(operator=True, name="Régie des eaux")
    CommitmentFactory(
        version=version,
        responsible=other,
        basis=BasisChoice.WORKING_TIME,
        calendar=CalendarFactory(name="Horaires de la régie"),
        pausing_reasons=["cyclone"],
    )
    (chapter,) = chapters(version.commitments.all(), version.convention.organisation)
    assert chapter.lines[0].details == [
        "Régie des eaux",
        "Horaires de la régie",
        "rétablissement suspendu par\u00a0: vigilance cyclonique",
        "à tenir dans 90\u202f% des cas",
    ]


@pytest.mark.parametrize(
    ("share", "offset", "words"),
    [
        (75, None, "à 75 % du délai"),
        (None, 2 * HOUR, "2 h ouvrées après l'échéance"),
        (None, -HOUR, "1 h ouvrée avant l'échéance"),
        (None, 0, "à l'échéance"),
    ],
)
def test_an_escalation_says_when_it_fires(share: int | None, offset: int | None, words: str) -> None:
    said = when_reached(EscalationStep(share_percent=share, offset_seconds=offset))
    assert said.replace("\u00a0", " ").replace("\u202f", " ") == words
