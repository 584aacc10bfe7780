"""What the town opens to everybody: published months only, and no cell that points at somebody."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gup.reports.building import build_requested
from gup.reports.open_data import DICTIONARY, FEW, MASKED, hiding_few, open_lines
from gup.reports.publishing import publish
from tests.reports.town import BUILT, HOUR, Town, at

pytestmark = pytest.mark.django_db


def _published(town: Town) -> None:
    report = town.report()
    assert build_requested(BUILT) == 1
    report.refresh_from_db()
    publish(report, by=town.dsu, at=BUILT)


def test_a_draft_is_nobody_s_business() -> None:
    town = Town()
    town.repaired(at(3), HOUR)
    town.report()
    assert build_requested(BUILT) == 1
    assert list(open_lines()) == []
    page = Client().get("/donnees-ouvertes/")
    assert (page.status_code, "Aucun rapport" in page.content.decode()) == (200, True)


def test_the_file_says_what_the_report_says() -> None:
    town = Town()
    for day in range(1, 8):
        town.repaired(at(day), (10 if day > 1 else 40) * HOUR)
    _published(town)
    whole, stage, quartier = open_lines()
    assert (whole.scope, whole.opened, whole.decided, whole.contractual) == ("convention", 7, 7, "85,7")
    assert (stage.subject, stage.decided, stage.threshold) == ("Rétablissement", 7, 90)
    assert (quartier.opened, quartier.contractual) == (7, "85,7")
    text = Client().get("/donnees-ouvertes/gup-lamentin.csv").content.decode("utf-8-sig").splitlines()
    assert text[0].split(";") == list(DICTIONARY)
    assert text[1].split(";")[5:9] == ["7", "7", "7", "85,7"]
    lines = Client().get("/donnees-ouvertes/gup-lamentin.json").json()
    assert [line["delais_echus"] for line in lines] == [7, 7, 7]


def test_fewer_than_five_are_not_told_apart() -> None:
    town = Town()
    town.repaired(at(3), HOUR)
    _published(town)
    for line in open_lines():
        assert (line.decided, line.contractual) == (FEW, None)


def test_the_address_answers_not_modified_until_the_next_publication() -> None:
    town = Town()
    _published(town)
    first = Client().get("/donnees-ouvertes/gup-lamentin.csv")
    again = Client().get("/donnees-ouvertes/gup-lamentin.csv", headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, first["Access-Control-Allow-Origin"]) == (304, "*")
    assert Client().get("/donnees-ouvertes/autre.csv").status_code == 404


@given(st.lists(st.integers(0, 30), max_size=8))
def test_no_small_count_is_the_total_less_the_others(counts: list[int]) -> None:
    cells = hiding_few(counts)
    hidden = [at for at, cell in enumerate(cells) if cell in (FEW, MASKED)]
    assert all(cells[at] in (FEW, MASKED) for at, count in enumerate(counts) if 0 < count < 5)
    alone = [at for at, count in enumerate(counts) if 0 < count < 5]
    assert len(hidden) != 1 or not any(count >= 5 for count in counts) or not alone
