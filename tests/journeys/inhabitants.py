"""`python -m tests.journeys.inhabitants`, inside an installation: one residence and its people, told as JSON."""

import json
import os
import sys
from datetime import date

import django


def settle() -> dict[str, str]:
    """What a journey needs to know of the rows it made; names of accounts are e-mail addresses."""
    from rest_framework.authtoken.models import Token

    from gup.conventions.models import Category
    from gup.places.models import QrCode
    from tests.factories import OrganisationFactory, ResidenceFactory, SpotFactory, UserFactory, signed_convention

    bailleur = OrganisationFactory(slug="bailleur-essai", name="Bailleur d'essai (ESSAI)")
    residence = ResidenceFactory(slug="residence-essai", bailleur=bailleur)
    convention = signed_convention(bailleur, [residence.quartier], in_force_from=date(2026, 1, 1)).convention
    qr = QrCode.objects.create(residence=residence, spot=SpotFactory(residence=residence))
    association = UserFactory(association=True, residences=[residence])
    agent = UserFactory(agent=True, organisation=bailleur)
    dsu = UserFactory(reviewer=True)
    category = Category.objects.get(slug="lift-out")
    return {
        "code": qr.code,
        "residence": residence.slug,
        "category": category.slug,
        "family": category.family.slug,
        "convention": convention.slug,
        "association": Token.objects.create(user=association).key,
        "agent": agent.email,
        "dsu": dsu.email,
        "dsu_token": Token.objects.create(user=dsu).key,
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "gup.settings"
    django.setup()
    sys.stdout.write(json.dumps(settle()))
