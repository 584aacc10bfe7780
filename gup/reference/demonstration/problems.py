"""What goes wrong in the demonstration's residences: how often, in which season, and in whose words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`weight` is how common it is; `rainy` how many times more in the rainy season (July to November)."""

    category: str
    weight: int
    titles: tuple[str, ...]
    spot_kinds: tuple[str, ...]
    rainy: float = 1.0


PROBLEMS = (
    Problem(
        "lift-out",
        13,
        ("Ascenseur à l'arrêt", "L'ascenseur ne répond plus", "Ascenseur en panne depuis ce matin"),
        ("lift",),
    ),
    Problem("lift-fault", 4, ("La porte de l'ascenseur claque", "Bouton du 3e étage sans effet"), ("lift",)),
    Problem("person-trapped", 1, ("Personne bloquée dans la cabine",), ("lift",)),
    Problem(
        "common-area-light",
        11,
        ("Cage d'escalier dans le noir", "Minuterie en panne", "Hall sans lumière"),
        ("stairwell", "entrance"),
    ),
    Problem("car-park-light", 4, ("Parking dans le noir", "Trois lampadaires du parking éteints"), ("car_park",)),
    Problem("street-light-one", 3, ("Lampadaire éteint devant la résidence",), ("surroundings",)),
    Problem(
        "bulky-private",
        11,
        ("Matelas et frigo au pied de l'immeuble", "Encombrants devant l'entrée", "Meubles abandonnés sur la pelouse"),
        ("surroundings", "bins"),
    ),
    Problem("bulky-public", 4, ("Encombrants sur le trottoir",), ("surroundings",)),
    Problem("illegal-dumping", 3, ("Dépôt de gravats au bout du parking",), ("car_park", "surroundings")),
    Problem("collection-missed", 4, ("Poubelles non ramassées depuis trois jours",), ("bins",)),
    Problem("bin-room", 6, ("Local poubelles débordant", "Odeurs et sacs éventrés au local"), ("bins",)),
    Problem("hall-dirty", 6, ("Hall sale depuis une semaine", "Entrée non nettoyée"), ("entrance",)),
    Problem("stairs-landing-dirty", 4, ("Escalier sale du 2e au 4e", "Coursive couverte de feuilles"), ("stairwell",)),
    Problem(
        "entrance-door", 8, ("La porte d'entrée ne ferme plus", "Digicode en panne", "Interphone muet"), ("entrance",)
    ),
    Problem(
        "leak-building",
        5,
        ("Fuite d'eau au plafond du palier", "Eau dans la gaine technique"),
        ("stairwell", "building"),
        1.5,
    ),
    Problem("sewage-backup", 2, ("Refoulement d'eaux usées au rez-de-chaussée",), ("building",), 2.0),
    Problem("storm-drain", 2, ("Avaloir bouché, l'eau monte sur le parking",), ("car_park",), 4.0),
    Problem("roof-leak", 3, ("Infiltration par la toiture", "Façade qui suinte après la pluie"), ("building",), 3.0),
    Problem("grass-overgrown", 5, ("Herbes hautes derrière le bâtiment", "Haie non taillée"), ("green_space",), 2.5),
    Problem("tree-danger", 2, ("Branche menaçante au-dessus du passage", "Cocotier penché"), ("green_space",), 2.0),
    Problem("play-damaged", 2, ("Jeu d'enfants cassé",), ("green_space",)),
    Problem("tag-common", 4, ("Tags dans la cage d'escalier", "Façade taguée"), ("stairwell", "building")),
    Problem("tag-hateful", 1, ("Inscription injurieuse dans le hall",), ("entrance",)),
    Problem("vandalism", 3, ("Vitre du hall brisée", "Boîtes aux lettres forcées"), ("entrance",)),
    Problem(
        "rats",
        6,
        ("Rats près du local poubelles", "Terrier de rats derrière le bâtiment"),
        ("bins", "green_space"),
        1.3,
    ),
    Problem(
        "insects",
        3,
        ("Gîtes à moustiques dans les regards", "Ravets dans la colonne sèche"),
        ("building", "surroundings"),
        2.0,
    ),
    Problem("wreck-private", 3, ("Épave sur le parking",), ("car_park",)),
    Problem("pothole-private", 2, ("Nid-de-poule à l'entrée du parking",), ("car_park",), 1.5),
    Problem("accessibility", 2, ("Rampe d'accès impraticable en fauteuil",), ("entrance",)),
    Problem("outage", 1, ("Plus d'eau dans tout le bâtiment",), ("building",)),
    Problem("noise", 2, ("Bruit répété le soir, à partir de 22 h",), ("surroundings",)),
    Problem("gathering", 2, ("Regroupements gênants dans le hall le soir",), ("entrance",)),
)

# What a cyclone's week brings on top.
STORM = (
    Problem("storm-drain", 5, ("Parking inondé", "Ravine qui déborde au pied du bâtiment"), ("car_park",)),
    Problem("tree-danger", 4, ("Arbre tombé sur le cheminement", "Branches arrachées"), ("green_space",)),
    Problem("roof-leak", 4, ("Toiture soulevée, eau au dernier étage",), ("building",)),
    Problem("common-area-light", 3, ("Plus de lumière depuis le passage du cyclone",), ("stairwell",)),
    Problem("lift-out", 2, ("Ascenseur noyé, à l'arrêt",), ("lift",)),
)

ACKNOWLEDGED = (
    "Bien reçu, un technicien est prévenu.",
    "Nous prenons en charge, passage prévu rapidement.",
    "Signalement transmis à l'équipe de proximité.",
)
REPAIRED = (
    "Réparation effectuée et essayée.",
    "Intervention terminée, le lieu est remis en état.",
    "Fait ce jour par notre prestataire.",
)
CONTESTED = (
    "Le problème est revenu le soir même.",
    "Rien n'a changé, nous sommes passés vérifier.",
    "Une partie seulement a été faite.",
)
WAITING = {
    "parts": "La pièce est commandée.",
    "access_refused": "Personne n'a pu nous ouvrir, avis de passage laissé.",
    "info_requested": "Pouvez-vous préciser l'étage et l'heure ?",
    "legal_notice": "Mise en demeure envoyée, le délai légal court.",
}
