"""The month's figures as one CSV: UTF-8 with BOM, `;`: what a spreadsheet opens without asking."""

from gup.reports.cells import csv_file
from gup.reports.monthly import MonthlyFigures
from gup.reports.rows import HEADER, rows


def render_csv(figures: MonthlyFigures) -> bytes:
    return csv_file([HEADER, *rows(figures)])
