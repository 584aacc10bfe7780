"""The workbook that an author starts from: told, listed, laid out, and its examples left aside."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from gup.conventions.spreadsheet.exporting import lines_of
from gup.conventions.spreadsheet.importing import dry_run
from gup.conventions.spreadsheet.layout import LISTS, README, SHEETS
from gup.conventions.spreadsheet.names import read_catalogue
from gup.conventions.spreadsheet.stored import content_of
from gup.conventions.spreadsheet.template import EXAMPLES, template
from gup.conventions.spreadsheet.workbook import workbook_bytes
from tests.conventions.spreadsheet.conftest import AT, Signed, flaws_of


@pytest.mark.django_db
def test_the_template_alone_is_refused_for_what_it_lacks_and_not_for_its_examples() -> None:
    assert flaws_of(template()) == [
        "Convention : cette feuille attend une ligne.",
        "Version : cette feuille attend une ligne.",
        "Périmètre : donnez au moins un quartier.",
        "Engagements : donnez au moins un engagement.",
    ]


def test_a_template_filled_in_under_its_examples_is_imported(signed: Signed) -> None:
    data = workbook_bytes(lines_of(content_of(signed.version)), read_catalogue(), EXAMPLES)
    run = dry_run(data, at=AT)
    assert run.is_identical
    assert run.remarks == (f"{sum(map(len, EXAMPLES.values()))} ligne(s) d'exemple laissée(s) de côté.",)


def test_every_heading_has_its_comment_and_every_enumeration_its_list(signed: Signed) -> None:
    book = load_workbook(BytesIO(template()))
    assert book.sheetnames == [README, *(layout.name for layout in SHEETS), LISTS]
    for layout in SHEETS:
        sheet = book[layout.name]
        assert sheet.freeze_panes is not None
        offered = {str(each.sqref).split("2:")[0] for each in sheet.data_validations.dataValidation}
        for cell, column in zip(sheet[1], layout.columns, strict=True):
            assert cell.value == column.heading
            assert cell.comment is not None
            assert cell.alignment.wrap_text
            assert sheet.column_dimensions[cell.column_letter].width == column.width
            if column.choices is not None or column.named is not None:
                assert cell.column_letter in offered or not read_catalogue()[column.named].slugs  # type: ignore[index]
    assert "Ascenseur en panne" in {cell.value for row in book[LISTS].iter_rows() for cell in row}


def test_the_readme_is_french_and_names_each_sheet(signed: Signed) -> None:
    words = " ".join(str(cell.value) for row in load_workbook(BytesIO(template()))[README].iter_rows() for cell in row)
    assert "Une convention de gestion urbaine de proximité" in words
    assert all(layout.name in words for layout in SHEETS)


@pytest.mark.django_db
def test_the_command_writes_the_template(tmp_path: Path) -> None:
    call_command("convention_template", str(tmp_path / "modele.xlsx"))
    assert load_workbook(tmp_path / "modele.xlsx").sheetnames[0] == README
    with pytest.raises(CommandError, match="Écriture impossible"):
        call_command("convention_template", str(tmp_path / "none" / "modele.xlsx"))
