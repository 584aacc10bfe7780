"""The columns of the table of places: a line without a spot is a residence, a line with one is a spot of it."""

from gup.conventions.spreadsheet.layout import Column, Kind, Named, SheetLayout
from gup.places.enums import SpotKind

PLACES = SheetLayout(
    "Résidences et lieux",
    "Une ligne par résidence, puis une par lieu.",
    (
        Column("residence", "Code de la résidence", Kind.CODE, "Lettres sans accent, chiffres et tirets.", True, 26),
        Column("name", "Nom", Kind.TEXT, "Le nom de la résidence.", width=36, longest=120),
        Column("quartier", "Quartier", Kind.NAME, "Son nom ou son code.", width=22, named=Named.QUARTIER),
        Column("bailleur", "Bailleur", Kind.NAME, "Son nom ou son code.", width=36, named=Named.ORGANISATION),
        Column("dwellings", "Logements", Kind.NUMBER, "Vide : inconnu.", width=12, lowest=1),
        Column("spot", "Lieu", Kind.TEXT, "Vide sur la ligne d'une résidence.", width=28, longest=80),
        Column("kind", "Nature du lieu", Kind.CHOICE, "Bâtiment, Entrée, Ascenseur…", width=20, choices=SpotKind),
        Column("parent", "Dans le lieu", Kind.TEXT, "Le bâtiment d'une entrée, par exemple.", width=28, longest=80),
    ),
)
OF_RESIDENCE = ("name", "quartier", "bailleur", "dwellings")
OF_SPOT = ("kind", "parent")
