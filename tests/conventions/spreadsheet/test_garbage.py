"""Whatever stands in a cell, a file is read or refused with listed flaws: nothing else ever happens."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gup.conventions.spreadsheet.cells import CellError, read, sheltered, tidy, unsheltered
from gup.conventions.spreadsheet.layout import SHEETS, Column, Kind
from gup.conventions.spreadsheet.names import Names
from tests.conventions.spreadsheet.conftest import Signed, flaws_of

COLUMNS = [column for sheet in SHEETS for column in sheet.columns]
PLACES = [
    (sheet.name, row, position)
    for sheet in SHEETS
    for position in range(1, len(sheet.columns) + 2)
    for row in (1, 2, 3)
]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
VALUES: st.SearchStrategy[Any] = st.one_of(
    TEXTS,
    st.sampled_from(["=1/0", "=A1", "#REF!", "24:00", "oui", "Délai", "essai", "Lundi", "'", "Exemple", "1e9", "nan"]),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(9999, 12, 30)),
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.none(),
)


@given(column=st.sampled_from(COLUMNS), value=VALUES | st.floats() | st.text(), form=st.sampled_from(["General", "0%"]))
def test_any_value_in_any_column_is_read_or_refused_in_words(column: Column, value: Any, form: str) -> None:
    catalogue = {column.named: Names({}, {})} if column.named else {}
    try:
        read(value, form, column, catalogue)
    except CellError as refusal:
        assert str(refusal).endswith((".", "»")) or column.kind is Kind.CHOICES


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=6))
def test_any_cells_anywhere_give_a_dry_run_or_listed_flaws(signed: Signed, changes: list[Any]) -> None:
    book = load_workbook(BytesIO(signed.amended()))
    for (sheet, row, position), value in changes:
        book[sheet].cell(row, position).value = value
    out = BytesIO()
    book.save(out)
    for flaw in flaws_of(out.getvalue()):
        assert " : " in flaw


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_file_with_broken_bytes_is_read_or_refused(signed: Signed, flips: list[tuple[float, int]]) -> None:
    data = bytearray(signed.file)
    for share, byte in flips:
        data[int(share * len(data))] = byte
    for flaw in flaws_of(bytes(data)):
        assert " : " in flaw


@given(text=st.text(max_size=60) | st.text("'=+-@\u200b\u00a0 \uff1da", max_size=8))
def test_a_sheltered_text_never_runs_and_comes_back(text: str) -> None:
    shown = sheltered(tidy(text))
    assert not shown.lstrip("\u200b\u00a0 ").startswith(("=", "+", "-", "@"))
    assert unsheltered(shown) == tidy(text)


@pytest.mark.parametrize("value", [time(7, 30, 15), timedelta(days=2), timedelta(seconds=30), "7h30", "25:00", 0.3125])
def test_what_is_no_hour_is_refused(value: Any) -> None:
    column = next(column for column in COLUMNS if column.kind is Kind.HOUR)
    with pytest.raises(CellError):
        read(value, "General", column, {})
