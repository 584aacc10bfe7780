from django.db import models


class OrganisationKind(models.TextChoices):
    COMMUNE = "commune", "Commune"
    DSU = "dsu", "Service Développement Social Urbain"
    BAILLEUR = "bailleur", "Bailleur social"
    ASSOCIATION = "association", "Association de locataires"
    CITY_SERVICE = "city_service", "Service de la Ville"
    OPERATOR = "operator", "Opérateur, CACEM ou service public"
    CONTRACTOR = "contractor", "Prestataire"
    PARTNER = "partner", "Partenaire institutionnel"


class Role(models.TextChoices):
    """What a person may do in an organisation; the table is in docs/roles.md."""

    ASSOCIATION = "association", "Association de locataires"
    AGENT = "agent", "Gardien ou agent de bailleur"
    MANAGER = "manager", "Responsable chez le bailleur"
    SERVICE = "service", "Service de la Ville, CACEM, opérateur"
    REVIEWER = "reviewer", "DSU : instruction"
    ADMINISTRATOR = "administrator", "DSU : administration"
    COMMITTEE = "committee", "Comité technique (lecture)"
