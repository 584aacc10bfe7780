"""What is wrong in a file is told with its sheet, row, column and reason, all of it at once."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from openpyxl.workbook import Workbook

from gup.conventions.models import Commitment, ConventionVersion
from tests.conventions.spreadsheet.conftest import Signed, edited, flaws_of, reworked
from tests.factories import CalendarFactory, CommitmentFactory, ResidenceFactory, VersionFactory

BAD_CELLS: list[tuple[str, str, Any, str]] = [
    ("Convention", "A2", "Convention d'essai", "Convention, ligne 2, colonne A « Code » : un code s'écrit"),
    ("Convention", "C2", "Inconnue", "colonne C « Signataire » : « Inconnue » : organisation qui n'existe pas"),
    ("Convention", "D2", "Mars/Olympus", "colonne D « Fuseau horaire » : « Mars/Olympus » n'est pas un fuseau"),
    ("Convention", "E2", "peut-être", "colonne E « Illustrative » : oui ou non"),
    ("Convention", "B2", None, "colonne B « Nom » : cette cellule est obligatoire"),
    ("Convention", "B3", "Une autre", "Convention, ligne 3 : cette feuille n'attend qu'une ligne"),
    ("Version", "A2", "1", "colonne A « Numéro » : un nombre est attendu, et cette cellule contient du texte"),
    ("Version", "A2", 1.5, "colonne A « Numéro » : un nombre entier"),
    ("Version", "A2", -1, "colonne A « Numéro » : entre 0 et"),
    ("Version", "A2", True, "colonne A « Numéro » : un nombre est attendu"),
    ("Version", "B2", "01/01/2027", "colonne B « En vigueur du » : « 01/01/2027 » est du texte"),
    ("Version", "C2", 46000, "colonne C « Dernier jour » : une date est attendue"),
    ("Version", "B2", datetime(2027, 1, 1, 8, 30), "colonne B « En vigueur du » : une date sans heure"),
    ("Version", "B2", datetime(1950, 1, 1), "colonne B « En vigueur du » : une date entre 1990 et 2399"),
    ("Version", "C2", datetime(2026, 12, 31), "colonne C « Dernier jour » : le dernier jour vient avant"),
    ("Périmètre", "A2", "Nulle part", "Périmètre, ligne 2, colonne A « Quartier » : « Nulle part » : quartier qui"),
    ("Calendriers", "C2", "Mars/Olympus", "Calendriers, ligne 2, colonne C « Fuseau horaire »"),
    ("Calendriers", "B3", "Autre nom", "colonne B « Nom » : autre chose est écrit à la ligne 2"),
    ("Calendriers", "D2", "Lundredi", "colonne D « Jour » : « Lundredi » n'est pas dans la liste : Lundi, Mardi"),
    (
        "Calendriers",
        "D3",
        "Lundi",
        "Calendriers, ligne 3, colonne E « Ouvre à » : cette plage chevauche celle de",
    ),
    ("Calendriers", "F2", "07:00", "colonne F « Ferme à » : ferme à 07:00 après avoir ouvert à 07:30"),
    ("Calendriers", "F2", "24:30", "colonne F « Ferme à » : une heure comme 07:30"),
    ("Calendriers", "E2", 7.5, "colonne E « Ouvre à » : une heure comme 07:30"),
    ("Calendriers", "E2", None, "colonne E « Ouvre à » : cette cellule est obligatoire"),
    ("Calendriers", "A7", "jamais-ouvert", "colonne D « Jour » : cette cellule est obligatoire"),
    (
        "Fermetures",
        "A2",
        "inconnu",
        "Fermetures, ligne 2, colonne A « Calendrier » : le calendrier « inconnu » n'a",
    ),
    ("Fermetures", "D2", None, "colonne D « Ferme à » : donnez l'ouverture et la fermeture"),
    ("Fermetures", "B3", datetime(2027, 2, 10), "colonne B « Jour » : ce jour est déjà à la ligne 2"),
    ("Engagements", "A2", "Promesse", "Engagements, ligne 2, colonne A « Nature » : « Promesse » n'est pas dans la li"),
    ("Engagements", "B2", "=1+1", "colonne B « Libellé » : cette cellule est une formule"),
    ("Engagements", "B2", "x" * 301, "colonne B « Libellé » : 301 caractères, pour 300 au plus"),
    ("Engagements", "D2", "Personne", "colonne D « Responsable » : « Personne » : organisation"),
    ("Engagements", "E2", 0, "colonne E « Seuil (%) » : entre 1 et 100"),
    ("Engagements", "E2", 90.5, "colonne E « Seuil (%) » : un nombre entier"),
    ("Engagements", "F2", "Fusée", "colonne F « Catégorie » : « Fusée » : catégorie qui n'existe pas"),
    ("Engagements", "G2", "vital", "colonne G « Priorité » : « vital » n'est pas dans la liste : Danger immédiat"),
    ("Engagements", "H2", "Tour infernale", "colonne H « Résidence » : « Tour infernale » : résidence"),
    ("Engagements", "I2", "fini", "colonne I « Étape » : « fini » n'est pas dans la liste"),
    ("Engagements", "I2", None, "colonne I « Étape » : obligatoire pour la nature « Délai »"),
    ("Engagements", "J2", "vite", "colonne J « Décompte » : « vite » n'est pas dans la liste"),
    ("Engagements", "K2", 0, "colonne K « Délai » : un délai est plus grand que zéro"),
    ("Engagements", "K2", -4, "colonne K « Délai » : un délai est plus grand que zéro"),
    ("Engagements", "K2", 0.0001, "colonne K « Délai » : un nombre entier de jours, ou de secondes"),
    ("Engagements", "K2", 1_000_000, "colonne K « Délai » : un délai de dix ans au plus"),
    ("Engagements", "L2", "jours", "colonne L « Unité du délai » : le décompte « Temps écoulé (24 h/24) » se dit en"),
    ("Engagements", "L2", None, "colonne L « Unité du délai » : donnez l'unité"),
    ("Engagements", "M2", "inconnu", "colonne M « Calendrier » : le calendrier « inconnu » n'a aucune plage"),
    ("Engagements", "N2", "Sieste", "colonne N « Motifs suspensifs » : « Sieste » n'est pas dans la liste"),
    ("Engagements", "P4", None, "Engagements, ligne 4, colonne P « Passages » : obligatoire pour la nature « Fréque"),
    ("Engagements", "T5", 0, "colonne T « Taux minimal (%) » : un taux plus grand que zéro"),
    ("Engagements", "T5", 98.123, "colonne T « Taux minimal (%) » : deux chiffres après la virgule"),
    ("Engagements", "S5", "Fusées", "colonne S « Équipement » : « Fusées » n'est relié à aucun lieu. Lieux connus : B"),
    ("Engagements", "V6", "bien", "colonne V « Échelle » : L'échelle « bien » ne se lit pas : écrivez-la comme 0-100"),
    ("Engagements", "W6", "Z", "colonne W « Note cible » : La note"),
    ("Engagements", "U6", None, "colonne U « Grille » : obligatoire"),
    ("Engagements", "Y7", "30 juin", "colonne Y « Échéance » : « 30 juin » est du texte"),
    ("Engagements", "AB2", "perdu", "Engagements, ligne 2, colonne AB « sans titre »"),
    ("Escalades", "A3", 1, "Escalades, ligne 3, colonne A « Niveau » : ce niveau est déjà à la ligne 2"),
    ("Escalades", "B2", None, "colonne B « Part du délai (%) » : donnez une part du délai ou un décalage"),
    ("Escalades", "C2", 2, "colonne C « Décalage » : une part du délai ou un décalage"),
    ("Escalades", "E2", None, "colonne E « Destinataires » : cette cellule est obligatoire"),
    ("Escalades", "E2", "le voisin", "colonne E « Destinataires » : « le voisin » n'est pas dans la liste"),
    ("Escalades", "F2", "pigeon", "colonne F « Canal » : « pigeon » n'est pas dans la liste"),
]


@pytest.mark.parametrize(("sheet", "place", "value", "told"), BAD_CELLS)
def test_a_bad_cell_is_told_with_its_place(signed: Signed, sheet: str, place: str, value: Any, told: str) -> None:
    flaws = flaws_of(signed.amended((sheet, place, value)))
    assert any(told in flaw for flaw in flaws), flaws
    assert Commitment.objects.count() == 6


def test_every_flaw_is_told_at_once(signed: Signed) -> None:
    spoilt = signed.amended(*((sheet, place, value) for sheet, place, value, _ in BAD_CELLS[:2] + BAD_CELLS[-3:]))
    flaws = flaws_of(spoilt)
    assert len(flaws) == 4
    assert [flaw.split(",")[0] for flaw in flaws] == ["Convention", "Convention", "Escalades", "Escalades"]


def test_two_equally_specific_commitments_name_both_rows(signed: Signed) -> None:
    places = [("Engagements", f"{column}8") for column in "ABDIJKLM"]
    values = ["Délai", "Encore", "essai", "Rétablissement", "Temps écoulé (24 h/24)", 3, "heures", "horaires-essai"]
    data = signed.amended(*((sheet, place, value) for (sheet, place), value in zip(places, values, strict=True)))
    assert flaws_of(data) == [
        "Engagements, ligne 8, colonne I « Étape » : un engagement aussi précis est déjà à la ligne 2 "
        "(même responsable, étape, priorité, catégorie et résidence)."
    ]


def test_a_calendar_that_never_opens_is_refused(signed: Signed) -> None:
    data = reworked(signed.amended(), lambda book: book["Calendriers"].delete_rows(2, 5))
    assert any("« horaires-essai » n'a aucune plage d'ouverture" in flaw for flaw in flaws_of(data))


def test_a_calendar_that_nothing_counts_in_is_refused(signed: Signed) -> None:
    row = zip("ABDEF", ["autre", "Autre", "Lundi", "08:00", "09:00"], strict=True)
    data = signed.amended(*(("Calendriers", f"{column}7", value) for column, value in row))
    assert flaws_of(data) == [
        "Calendriers, ligne 7, colonne A « Calendrier » : aucun engagement ne compte dans ce calendrier."
    ]


def test_an_ambiguous_name_is_refused_and_its_code_is_not(signed: Signed) -> None:
    twin = ResidenceFactory(name="Les Alizés")
    assert flaws_of(signed.amended()) == []
    assert any("que plusieurs portent" in each for each in flaws_of(signed.amended(("Engagements", "H3", twin.name))))
    assert flaws_of(signed.amended(("Engagements", "H3", twin.slug))) == []


@pytest.mark.parametrize("value", [time(7, 30), timedelta(hours=7, minutes=30), "7:30"])
def test_an_hour_may_be_an_hour_or_a_text(signed: Signed, value: Any) -> None:
    assert flaws_of(signed.amended(("Calendriers", "E2", value))) == []


def test_a_missing_sheet_and_a_missing_column_are_told_together(signed: Signed) -> None:
    def spoil(book: Workbook) -> None:
        del book["Escalades"]
        book["Engagements"]["K1"] = "Durée"
        book["Version"]["D1"] = "Esprit"

    assert flaws_of(reworked(signed.amended(), spoil)) == [
        "Version, ligne 1, colonne « Incidents ouverts » : cette colonne manque.",
        "Version, ligne 1, colonne E « Esprit » : cette colonne est là deux fois.",
        "Engagements, ligne 1, colonne « Délai » : cette colonne manque.",
        "Engagements, ligne 1, colonne K « Durée » : colonne inconnue.",
        "Escalades : cette feuille manque.",
    ]


def test_an_empty_workbook_tells_each_sheet(signed: Signed) -> None:
    def empty(book: Workbook) -> None:
        for name in ("Convention", "Version", "Périmètre", "Engagements"):
            book[name].delete_rows(2, 100)

    told = flaws_of(reworked(signed.file, empty))
    assert [flaw for flaw in told if "attend une ligne" in flaw or "au moins un" in flaw] == [
        "Convention : cette feuille attend une ligne.",
        "Version : cette feuille attend une ligne.",
        "Périmètre : donnez au moins un quartier.",
        "Engagements : donnez au moins un engagement.",
    ]


def test_an_activated_version_does_not_change(signed: Signed) -> None:
    (flaw,) = flaws_of(edited(signed.file, ("Engagements", "K2", 12)))
    assert flaw.startswith("Version, ligne 2, colonne A « Numéro » : la version signée engage déjà, et ne change plus")


def test_a_version_that_overlaps_an_activated_one_is_refused(signed: Signed) -> None:
    later = datetime(2027, 6, 1).date()
    ConventionVersion.objects.filter(pk=signed.version.pk).update(in_force_until=later)
    VersionFactory(convention=signed.version.convention, number=2, in_force_from=later)
    (flaw,) = flaws_of(edited(signed.amended(), ("Version", "C2", datetime(2027, 12, 31))))
    assert "colonne B « En vigueur du » : cette période chevauche celle de l'avenant n° 2" in flaw


def test_an_amendment_does_not_rename_a_convention_in_force(signed: Signed) -> None:
    (flaw,) = flaws_of(signed.amended(("Convention", "B2", "Autre nom")))
    assert flaw.startswith("Convention, ligne 2, colonne B « Nom » : la convention en vigueur dit autre chose")


def test_a_calendar_of_others_under_every_code_is_refused(signed: Signed) -> None:
    CommitmentFactory(calendar=CalendarFactory(slug=f"{signed.version.convention.slug}-horaires-essai-avenant-1"))
    (flaw,) = flaws_of(signed.amended(("Calendriers", "E2", "06:00")))
    assert flaw.startswith("Calendriers, ligne 2, colonne A « Calendrier » : le calendrier « horaires-essai » sert à")


def test_a_percentage_may_be_written_as_excel_keeps_it(signed: Signed) -> None:
    def write(book: Workbook) -> None:
        cell = book["Engagements"]["T5"]
        cell.value, cell.number_format = 0.985, "0.0%"

    assert flaws_of(reworked(signed.file, write)) == []
