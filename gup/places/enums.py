from django.db import models


class SpotKind(models.TextChoices):
    """The kinds of place inside a residence where something can be wrong."""

    BUILDING = "building", "Bâtiment"
    ENTRANCE = "entrance", "Entrée"
    STAIRWELL = "stairwell", "Cage d'escalier"
    LIFT = "lift", "Ascenseur"
    BINS = "bins", "Local poubelles"
    CAR_PARK = "car_park", "Parking"
    GREEN_SPACE = "green_space", "Espace vert"
    PLAYGROUND = "playground", "Aire de jeux"
    SURROUNDINGS = "surroundings", "Abords"
