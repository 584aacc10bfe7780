"""The empty workbook that an author starts from, each sheet with a line that shows how."""

from datetime import date
from typing import Any

from gup.conventions.spreadsheet import layout
from gup.conventions.spreadsheet.names import read_catalogue
from gup.conventions.spreadsheet.workbook import Lines, workbook_bytes

_CALENDAR = {"name": "Horaires du bailleur", "timezone": "America/Martinique"}
_LIFT = {"category": "Ascenseur en panne", "responsible": "", "calendar": "horaires-bailleur"}
EXAMPLES: dict[str, Lines] = {
    layout.CONVENTION.name: [
        {
            "slug": "gup-bailleur",
            "name": "Convention GUP du bailleur",
            "organisation": "Nom du bailleur signataire",
            "timezone": "America/Martinique",
            "is_illustrative": "non",
            "is_annex": "non",
        }
    ],
    layout.VERSION.name: [
        {
            "number": "1",
            "in_force_from": date(2027, 1, 1),
            "last_day": date(2028, 12, 31),
            "applies_to_open": "non",
            "philosophy": "Des délais plus courts pour les ascenseurs.",
        }
    ],
    layout.PERIMETER.name: [{"quartier": "Nom d'un quartier"}],
    layout.CALENDARS.name: [
        _CALENDAR | {"code": "horaires-bailleur", "day": "Lundi", "opens": "07:30", "closes": "12:00"},
        {"code": "horaires-bailleur", "day": "Lundi", "opens": "13:00", "closes": "15:00"},
    ],
    layout.CLOSURES.name: [
        {"code": "horaires-bailleur", "day": date(2027, 5, 22), "label": "Abolition de l'esclavage : fermé"},
        {
            "code": "horaires-bailleur",
            "day": date(2027, 2, 10),
            "opens": "07:30",
            "closes": "12:00",
            "label": "Mercredi des Cendres : le matin seulement",
        },
    ],
    layout.COMMITMENTS.name: [
        _LIFT
        | {
            "kind": "Délai",
            "label": "Ascenseur en panne : technicien sur place en 4 h",
            "threshold_percent": 90,
            "stage": "Venue sur place",
            "basis": "Temps ouvré",
            "target": 4,
            "unit": "heures",
        },
        {"kind": "Fréquence", "label": "Halls nettoyés", "times": 5, "period": "Semaine", "proof": "QR code du hall"},
        {
            "kind": "Disponibilité d'équipement",
            "label": "Ascenseurs disponibles",
            "equipment": "Ascenseur",
            "min_rate": 98.5,
            "period": "Mois",
        },
        {
            "kind": "Niveau de qualité coté",
            "label": "Diagnostic en marchant",
            "grid": "Propreté des parties communes",
            "scale": "0-100",
            "threshold_score": "70",
            "walks_per_year": 4,
        },
        {
            "kind": "Action à échéance",
            "label": "Charte des encombrants signée",
            "due_on": date(2027, 6, 30),
            "indicator": "La charte",
        },
    ],
    layout.STEPS.name: [
        {"level": "1", "share_percent": 75, "audience": "Gardien et agents", "channel": "E-mail"},
        {"level": "2", "offset": 2, "unit": "heures", "audience": "Responsable d'agence", "channel": "E-mail"},
    ],
}


def template() -> bytes:
    """The .xlsx file, with this town's quartiers, categories, residences and organisations to choose from."""
    empty: dict[str, list[dict[str, Any]]] = {}
    return workbook_bytes(empty, read_catalogue(), EXAMPLES)
