"""The workbook of a report: the CSV's figures, cell by cell; what looks like a formula stays text."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from gup.reports.render_csv import render_csv
from gup.reports.render_xlsx import render_xlsx
from tests.reports.town import HOUR, Town, at

pytestmark = pytest.mark.django_db


def test_the_workbook_says_what_the_csv_says_to_the_last_digit() -> None:
    town = Town()
    for day in (3, 5, 9):
        town.repaired(at(day), 10 * HOUR)
    town.repaired(at(12), 40 * HOUR)
    figures = town.figures()
    told = list(csv.reader(StringIO(render_csv(figures).decode("utf-8-sig")), delimiter=";"))[1:]
    book = load_workbook(BytesIO(render_xlsx(figures)))
    written = [row for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(written) == len(told)
    by_line = sorted((line, measure, value) for _, line, measure, value, _ in told)
    assert (
        sorted((_text(line), _text(measure), _figure(measure, value)) for line, measure, value, _ in written) == by_line
    )
    assert ("étapes" in book.sheetnames, book["étapes"].freeze_panes) == (True, "A2")


def test_what_looks_like_a_formula_is_text() -> None:
    town = Town()
    town.residence.name = "=1+1"
    town.residence.save()
    town.repaired(at(12), 40 * HOUR)
    book = load_workbook(BytesIO(render_xlsx(town.figures())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def _figure(measure: object, value: object) -> str:
    """As the CSV writes it: a rate has one decimal."""
    is_rate = str(measure).endswith("taux") and isinstance(value, int | float)
    return f"{value:.1f}".replace(".", ",") if is_rate else _text(value)


def _text(value: object) -> str:
    return "" if value is None else str(value)
