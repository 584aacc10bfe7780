"""The invented people and associations of the demonstration, one account for each role."""

from dataclasses import dataclass
from datetime import date

from gup.partners.enums import OrganisationKind, Role
from gup.partners.models import Mandate, Membership, Organisation, User
from gup.places.models import Residence

# Shown on screen and good for nothing else: a demonstration is never loaded in production.
PASSWORD = "demonstration"
DOMAIN = "demo.example"
MANDATED_SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    name: str
    organisation: str
    role: Role
    residences: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


ASSOCIATIONS = {
    "demo-acajou": ("DÉMO – Association des locataires d'Acajou", ("epsilon", "zeta")),
    "demo-gondeau": ("DÉMO – Association des locataires de Gondeau", ("gamma", "iota")),
    "demo-bois-d-inde": ("DÉMO – Association des locataires de Bois d'Inde", ("alpha",)),
    "demo-palmiste": ("DÉMO – Association des locataires de Palmiste", ("theta",)),
}

ACCOUNTS = (
    Account("association", "Démo Association Acajou", "demo-acajou", Role.ASSOCIATION, ("epsilon", "zeta")),
    Account("association.gondeau", "Démo Association Gondeau", "demo-gondeau", Role.ASSOCIATION, ("gamma", "iota")),
    Account("association.boisdinde", "Démo Association Bois d'Inde", "demo-bois-d-inde", Role.ASSOCIATION, ("alpha",)),
    Account("association.palmiste", "Démo Association Palmiste", "demo-palmiste", Role.ASSOCIATION, ("theta",)),
    Account("agent.simar", "Démo Agent SIMAR", "simar", Role.AGENT),
    Account("responsable.simar", "Démo Responsable SIMAR", "simar", Role.MANAGER),
    Account("agent.smhlm", "Démo Agent SMHLM", "smhlm", Role.AGENT),
    Account("responsable.smhlm", "Démo Responsable SMHLM", "smhlm", Role.MANAGER),
    Account("agent.ozanam", "Démo Agent OZANAM", "ozanam", Role.AGENT),
    Account("responsable.ozanam", "Démo Responsable OZANAM", "ozanam", Role.MANAGER),
    Account("ville", "Démo Services techniques", "ville-lamentin", Role.SERVICE),
    Account("cacem", "Démo CACEM", "cacem", Role.SERVICE),
    Account("odyssi", "Démo Odyssi", "odyssi", Role.SERVICE),
    Account("police.municipale", "Démo Police municipale", "police-municipale", Role.SERVICE),
    Account("dsu", "Démo Instructeur DSU", "dsu", Role.REVIEWER),
    Account("dsu.admin", "Démo Administrateur DSU", "dsu", Role.ADMINISTRATOR),
    Account("comite", "Démo Comité technique", "dsu", Role.COMMITTEE),
)
# The accounts that `make run` names, one a role.
SHOWN = ("association", "agent.simar", "responsable.simar", "ville", "dsu", "dsu.admin", "comite")


def create_accounts() -> dict[str, User]:
    """The associations and the accounts, by login; run again, it changes nothing."""
    for slug, (name, _) in ASSOCIATIONS.items():
        Organisation.objects.update_or_create(
            slug=slug, defaults={"name": name, "kind": OrganisationKind.ASSOCIATION, "is_demonstration": True}
        )
    return {account.login: _create(account) for account in ACCOUNTS}


def _create(account: Account) -> User:
    user = User.objects.filter(email=account.email).first()
    if user is None:
        user = User.objects.create_user(account.email, PASSWORD, full_name=account.name)
        User.objects.filter(pk=user.pk).update(is_demonstration=True)
    organisation = Organisation.objects.get(slug=account.organisation)
    membership, _ = Membership.objects.get_or_create(user=user, organisation=organisation, role=account.role)
    mandated = [Residence.objects.get(slug=f"demo-residence-{name}") for name in account.residences]
    membership.residences.set(mandated)
    for residence in mandated:
        Mandate.objects.get_or_create(
            association=organisation, residence=residence, until=None, defaults={"since": MANDATED_SINCE}
        )
    return user
