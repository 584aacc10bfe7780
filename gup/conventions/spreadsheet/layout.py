"""The sheets and columns of a convention's workbook: the one place that names them."""

from dataclasses import dataclass
from enum import Enum, auto

from django.db import models

from gup.conventions.enums import (
    Audience,
    BasisChoice,
    CommitmentKind,
    EscalationChannel,
    PauseReasonChoice,
    Period,
    Priority,
    StageChoice,
)

README, LISTS = "Lisez-moi", "Listes"
# A row whose first cell begins so is an example of the template: the import leaves it aside.
EXAMPLE = "Exemple :"


class Kind(Enum):
    """How a cell is read and written."""

    TEXT = auto()
    CODE = auto()
    NUMBER = auto()
    AMOUNT = auto()
    PERCENT = auto()
    DATE = auto()
    HOUR = auto()
    YES_NO = auto()
    CHOICE = auto()
    CHOICES = auto()
    NAME = auto()


class Named(Enum):
    """What a cell may name, by its name or its code."""

    ORGANISATION = "organisation"
    CATEGORY = "catégorie"
    RESIDENCE = "résidence"
    QUARTIER = "quartier"


class Weekday(models.TextChoices):
    MONDAY = "0", "Lundi"
    TUESDAY = "1", "Mardi"
    WEDNESDAY = "2", "Mercredi"
    THURSDAY = "3", "Jeudi"
    FRIDAY = "4", "Vendredi"
    SATURDAY = "5", "Samedi"
    SUNDAY = "6", "Dimanche"


class Unit(models.TextChoices):
    """What a delay or an offset is counted in."""

    SECOND = "second", "secondes"
    MINUTE = "minute", "minutes"
    HOUR = "hour", "heures"
    DAY = "day", "jours"


@dataclass(frozen=True, slots=True)
class Column:
    """`lowest` and `highest` bound numbers; `longest` bounds texts; `named` says what a NAME cell may name."""

    key: str
    heading: str
    kind: Kind
    help: str
    required: bool = False
    width: int = 18
    choices: type[models.TextChoices] | None = None
    named: Named | None = None
    lowest: int = 0
    highest: int = 32_767
    longest: int = 300


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """`only_row` is true where the sheet holds one row and no more."""

    name: str
    purpose: str
    columns: tuple[Column, ...]
    only_row: bool = False

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


CONVENTION = SheetLayout(
    "Convention",
    "La convention, une seule ligne. Son code la retrouve d'un avenant à l'autre.",
    (
        Column("slug", "Code", Kind.CODE, "Lettres sans accent, chiffres et tirets : gup-simar.", True, 22),
        Column("name", "Nom", Kind.TEXT, "Le nom qu'on lira partout.", True, 42, longest=160),
        Column(
            "organisation",
            "Signataire",
            Kind.NAME,
            "Le bailleur ; la Ville pour l'annexe de ses services et des opérateurs.",
            True,
            40,
            named=Named.ORGANISATION,
        ),
        Column("timezone", "Fuseau horaire", Kind.TEXT, "America/Martinique.", True, 22, longest=60),
        Column(
            "is_illustrative", "Illustrative", Kind.YES_NO, "oui pour un exemple, non pour un texte signé.", width=14
        ),
        Column("is_annex", "Annexe", Kind.YES_NO, "oui pour l'annexe Ville, CACEM et opérateurs.", width=14),
    ),
    only_row=True,
)
VERSION = SheetLayout(
    "Version",
    "La version signée (numéro 0) ou l'avenant (1, 2…), une seule ligne.",
    (
        Column("number", "Numéro", Kind.NUMBER, "0 pour la version signée, puis le numéro de l'avenant.", True, 12),
        Column("in_force_from", "En vigueur du", Kind.DATE, "Le premier jour.", True, 16),
        Column("last_day", "Dernier jour", Kind.DATE, "Le dernier jour, compris. Vide : sans terme.", width=16),
        Column(
            "applies_to_open",
            "Incidents ouverts",
            Kind.YES_NO,
            "oui si l'avenant s'applique aussi aux incidents déjà ouverts ce jour-là.",
            width=18,
        ),
        Column("philosophy", "Esprit", Kind.TEXT, "En quelques phrases, facultatif.", width=70, longest=8000),
    ),
    only_row=True,
)
PERIMETER = SheetLayout(
    "Périmètre",
    "Les quartiers couverts, un par ligne.",
    (Column("quartier", "Quartier", Kind.NAME, "Un quartier de la liste.", True, 32, named=Named.QUARTIER),),
)
CALENDARS = SheetLayout(
    "Calendriers",
    "Les horaires de la semaine, une ligne par plage. Un jour sans ligne est fermé.",
    (
        Column("code", "Calendrier", Kind.CODE, "Un code à vous, repris dans Engagements : horaires-simar.", True, 26),
        Column(
            "name", "Nom", Kind.TEXT, "À écrire au moins sur la première ligne du calendrier.", width=36, longest=120
        ),
        Column("timezone", "Fuseau horaire", Kind.TEXT, "Vide : celui de la convention.", width=22, longest=60),
        Column("day", "Jour", Kind.CHOICE, "Lundi à dimanche.", True, 14, choices=Weekday),
        Column("opens", "Ouvre à", Kind.HOUR, "07:30", True, 12),
        Column("closes", "Ferme à", Kind.HOUR, "15:00, jusqu'à 24:00.", True, 12),
    ),
)
CLOSURES = SheetLayout(
    "Fermetures",
    "Les jours à part : fermés (sans heures), ou ouverts à d'autres heures (une ligne par plage).",
    (
        Column("code", "Calendrier", Kind.CODE, "Le code d'un calendrier de la feuille Calendriers.", True, 26),
        Column("day", "Jour", Kind.DATE, "La date.", True, 16),
        Column("opens", "Ouvre à", Kind.HOUR, "Vide : fermé toute la journée.", width=12),
        Column("closes", "Ferme à", Kind.HOUR, "Vide : fermé toute la journée.", width=12),
        Column("label", "Motif", Kind.TEXT, "Abolition de l'esclavage, Mardi gras…", True, 40, longest=120),
    ),
)
_DELAYS = "Délai et Information"
COMMITMENTS = SheetLayout(
    "Engagements",
    "Un engagement par ligne. La nature dit quelles colonnes remplir.",
    (
        Column("kind", "Nature", Kind.CHOICE, "Ce qui est promis.", True, 22, choices=CommitmentKind),
        Column("label", "Libellé", Kind.TEXT, "La promesse, telle que la convention l'écrit.", True, 56),
        Column("note", "Note", Kind.TEXT, "Une précision, facultative.", width=30),
        Column("responsible", "Responsable", Kind.NAME, "Vide : le signataire.", width=40, named=Named.ORGANISATION),
        Column(
            "threshold_percent",
            "Seuil (%)",
            Kind.PERCENT,
            "Part à tenir ; 90 si vide.",
            width=11,
            lowest=1,
            highest=100,
        ),
        Column(
            "category",
            "Catégorie",
            Kind.NAME,
            "Une catégorie ou une famille de la nomenclature. Vide : tout incident.",
            width=34,
            named=Named.CATEGORY,
        ),
        Column("priority", "Priorité", Kind.CHOICE, "Vide : toutes.", width=18, choices=Priority),
        Column("residence", "Résidence", Kind.NAME, "Vide : toutes.", width=26, named=Named.RESIDENCE),
        Column("stage", "Étape", Kind.CHOICE, f"{_DELAYS} : ce qui doit être atteint.", width=22, choices=StageChoice),
        Column(
            "basis", "Décompte", Kind.CHOICE, f"{_DELAYS} : comment le temps compte.", width=24, choices=BasisChoice
        ),
        Column("target", "Délai", Kind.AMOUNT, f"{_DELAYS} : plus grand que zéro.", width=10, lowest=1),
        Column("unit", "Unité du délai", Kind.CHOICE, "jours pour un décompte en jours.", width=16, choices=Unit),
        Column("calendar", "Calendrier", Kind.CODE, f"{_DELAYS} : un code de la feuille Calendriers.", width=26),
        Column(
            "pausing_reasons",
            "Motifs suspensifs",
            Kind.CHOICES,
            "Séparés par des points-virgules. Vide : rien ne suspend.",
            width=44,
            choices=PauseReasonChoice,
        ),
        Column("reopening_window_days", "Réouverture (jours)", Kind.NUMBER, "15 si vide.", width=14, highest=366),
        Column("times", "Passages", Kind.NUMBER, "Fréquence : combien par période.", width=11, lowest=1),
        Column("period", "Période", Kind.CHOICE, "Fréquence et Disponibilité.", width=14, choices=Period),
        Column("proof", "Preuve", Kind.TEXT, "Fréquence : ce qui prouve un passage.", width=28, longest=200),
        Column("equipment", "Équipement", Kind.TEXT, "Disponibilité : lequel.", width=20, longest=80),
        Column("min_rate", "Taux minimal (%)", Kind.PERCENT, "Disponibilité : 98,5.", width=12, lowest=0, highest=100),
        Column("grid", "Grille", Kind.TEXT, "Niveau de qualité : le nom de la grille.", width=32, longest=160),
        Column("scale", "Échelle", Kind.TEXT, "Niveau de qualité : 0-100, A-D…", width=12, longest=20),
        Column("threshold_score", "Note cible", Kind.TEXT, "Niveau de qualité : sur l'échelle.", width=12, longest=20),
        Column("walks_per_year", "Visites par an", Kind.NUMBER, "Niveau de qualité.", width=12, lowest=1, highest=366),
        Column("due_on", "Échéance", Kind.DATE, "Action à échéance : la date.", width=16),
        Column("indicator", "Indicateur", Kind.TEXT, "Action à échéance : ce qui la prouve.", width=32, longest=200),
    ),
)
STEPS = SheetLayout(
    "Escalades",
    "Qui est prévenu, et quand : à une part du délai, ou à un décalage autour de l'échéance.",
    (
        Column("level", "Niveau", Kind.NUMBER, "1, 2, 3…", True, 10, lowest=1),
        Column("share_percent", "Part du délai (%)", Kind.PERCENT, "75, 100, 150…", width=16, lowest=1, highest=10_000),
        Column(
            "offset",
            "Décalage",
            Kind.AMOUNT,
            "Au lieu d'une part : temps ouvré après l'échéance, négatif avant.",
            width=12,
            lowest=-366,
        ),
        Column("unit", "Unité du décalage", Kind.CHOICE, "secondes, minutes ou heures.", width=18, choices=Unit),
        Column("audience", "Destinataires", Kind.CHOICE, "Qui est prévenu.", True, 24, choices=Audience),
        Column("channel", "Canal", Kind.CHOICE, "E-mail si vide.", width=26, choices=EscalationChannel),
    ),
)
SHEETS = (CONVENTION, VERSION, PERIMETER, CALENDARS, CLOSURES, COMMITMENTS, STEPS)

# The columns that each kind of commitment cannot do without.
REQUIRED_BY_KIND: dict[str, tuple[str, ...]] = {
    CommitmentKind.DELAY: ("stage", "basis", "target", "calendar"),
    CommitmentKind.INFORMATION: ("stage", "basis", "target", "calendar"),
    CommitmentKind.RECURRENCE: ("times", "period"),
    CommitmentKind.AVAILABILITY: ("equipment", "min_rate"),
    CommitmentKind.QUALITY_LEVEL: ("grid", "scale", "threshold_score"),
    CommitmentKind.ACTION_MILESTONE: ("due_on",),
}
