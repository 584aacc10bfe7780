"""The tables of an archive: each a query, its columns, and what every column means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from gup.conventions.models import Commitment, Convention, ConventionVersion, EscalationStep
from gup.escalations.models import Escalation
from gup.incidents.enums import EventKind
from gup.incidents.facts import epoch
from gup.incidents.models import Clock, Incident, IncidentEvent, Pause
from gup.partners.models import Management
from gup.places.models import Spot
from gup.reports.enums import ReportStatus
from gup.reports.export.columns import COUNT, DAY, FLAG, INSTANT, JSON, SECONDS, TEXT, Column
from gup.reports.models import Report
from gup.service_levels.clock_state import verdict_of
from gup.service_levels.stages import Verdict

# Rows read at a time: memory does not grow with the table.
BATCH = 5_000

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which convention, as of when (UTC), on which connection, and whether names and contacts are asked for."""

    convention: Convention
    as_of: datetime
    alias: str
    with_contacts: bool = False

    def under(self, prefix: str = "") -> Q:
        """The condition on what hangs on incidents: those of its bailleur, and those that it governs."""
        governed = Q(**{f"{prefix}convention_version__convention": self.convention.pk})
        if self.convention.is_annex:
            return governed
        return governed | Q(**{f"{prefix}bailleur": self.convention.organisation_id})


@dataclass(frozen=True, slots=True)
class Table:
    """`finish` completes or masks a row as read; `only_with_contacts` tables exist only where they are asked for."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    query: Callable[[Scope], QuerySet[Any]]
    finish: Callable[[Scope, Values], Values] = lambda _, row: row
    only_with_contacts: bool = False

    def count(self, scope: Scope) -> int:
        return self._found(scope).count()

    def rows(self, scope: Scope) -> Iterator[Values]:
        paths = [column.path for column in self.columns if column.path]
        read = self._found(scope).order_by("pk").values_list(*paths).iterator(chunk_size=BATCH)
        return (self.finish(scope, row) for row in read)

    def _found(self, scope: Scope) -> QuerySet[Any]:
        return self.query(scope).using(scope.alias)


def _without_words(scope: Scope, row: Values) -> Values:
    """What a confidential incident says stays where it is: its line counts, its words do not travel."""
    title, description, is_confidential = row[-3:]
    hidden = is_confidential and not scope.with_contacts
    return (*row[:-3], "" if hidden else title, "" if hidden else description, is_confidential)


def _decided(scope: Scope, row: Values) -> Values:
    """The verdict at the archive's instant, and the convention's month that counts it."""
    verdict, decided_at = verdict_between(*row[-3:], now=scope.as_of)
    month = "" if decided_at is None else f"{decided_at.astimezone(ZoneInfo(scope.convention.timezone)):%Y-%m}"
    return (*row, verdict.value, month)


def verdict_between(
    due: datetime | None, stopped: datetime | None, cancelled: datetime | None, *, now: datetime
) -> tuple[Verdict, datetime | None]:
    """The verdict on stored instants, and when it fell: held at the stop, missed at the due (rule 9)."""
    due_at, stopped_at, cancelled_at = (None if at is None else epoch(at) for at in (due, stopped, cancelled))
    verdict = verdict_of(due_at, stopped_at, cancelled_at, epoch(now))
    return verdict, {Verdict.HELD: stopped, Verdict.MISSED: due}.get(verdict)


CONVENTIONS = Table(
    "conventions",
    "La convention exportée.",
    (
        Column("convention", "slug", TEXT, "Identifiant de la convention."),
        Column("nom", "name", TEXT, "Nom complet."),
        Column("organisation", "organisation__slug", TEXT, "Signataire."),
        Column("fuseau", "timezone", TEXT, "Fuseau horaire où ses mois se comptent."),
        Column("illustrative", "is_illustrative", FLAG, "Convention inventée pour la démonstration."),
    ),
    lambda scope: Convention.objects.filter(pk=scope.convention.pk),
)
VERSIONS = Table(
    "versions",
    "La convention et ses avenants, projets compris.",
    (
        Column("avenant", "number", COUNT, "0 pour la convention, n pour l'avenant n."),
        Column("en_vigueur_du", "in_force_from", DAY, "Premier jour."),
        Column("jusqu_au", "in_force_until", DAY, "Dernier jour, exclu ; vide : sans terme."),
        Column("activee_le", "activated_at", INSTANT, "Vide : projet, qui n'engage pas."),
        Column("aux_ouverts", "applies_to_open", FLAG, "S'applique aux incidents déjà ouverts."),
        Column("esprit", "philosophy", TEXT, "Ce que les signataires disent vouloir."),
    ),
    lambda scope: ConventionVersion.objects.filter(convention=scope.convention),
)
COMMITMENTS = Table(
    "engagements",
    "Ce qui est promis, par version.",
    (
        Column("engagement", "pk", COUNT, "Numéro de l'engagement dans cet export."),
        Column("avenant", "version__number", COUNT, "Sa version."),
        Column(
            "nature", "kind", TEXT, "delay, information, recurrence, quality_level, availability, action_milestone."
        ),
        Column("libelle", "label", TEXT, "Dans les mots de la convention."),
        Column("responsable", "responsible__slug", TEXT, "Qui promet."),
        Column("categorie", "category__slug", TEXT, "Catégorie ou famille ; vide : toutes."),
        Column("priorite", "priority", TEXT, "Vide : toutes."),
        Column("residence", "residence__slug", TEXT, "Vide : toutes."),
        Column("etape", "stage", TEXT, "acknowledge, attend, make_safe, resolve, receipt, answer."),
        Column("decompte", "basis", TEXT, "working_time, elapsed_time, working_days, calendar_days."),
        Column("delai", "target", COUNT, "Secondes, ou jours selon le décompte."),
        Column("calendrier", "calendar__name", TEXT, "Horaires dans lesquels le temps se compte."),
        Column("suspensions", "pausing_reasons", JSON, "Motifs qui suspendent le délai."),
        Column("seuil", "threshold_percent", COUNT, "Taux à atteindre, en pour cent."),
        Column("fois", "times", COUNT, "Passages par période."),
        Column("periode", "period", TEXT, "Période des passages."),
        Column("taux_minimal", "min_rate", TEXT, "Disponibilité minimale, en pour cent."),
        Column("note_cible", "threshold_score", TEXT, "Note à atteindre en visite."),
        Column("a_faire_avant", "due_on", DAY, "Date de l'action promise."),
    ),
    lambda scope: Commitment.objects.filter(version__convention=scope.convention),
)
LEVELS = Table(
    "niveaux_d_escalade",
    "Qui est alerté, et quand, par version.",
    (
        Column("avenant", "version__number", COUNT, "Sa version."),
        Column("niveau", "level", COUNT, "Ordre du niveau."),
        Column("part", "share_percent", COUNT, "Part du délai, en pour cent."),
        Column("decalage", "offset_seconds", SECONDS, "Temps ouvert autour de l'échéance."),
        Column("destinataires", "audience", TEXT, "Qui est alerté."),
        Column("canal", "channel", TEXT, "Par quel canal."),
    ),
    lambda scope: EscalationStep.objects.filter(version__convention=scope.convention),
)
RESIDENCES = Table(
    "residences",
    "Les résidences que le signataire gère ou a gérées, et quand.",
    (
        Column("residence", "residence__slug", TEXT, "Identifiant de la résidence."),
        Column("nom", "residence__name", TEXT, "Nom."),
        Column("quartier", "residence__quartier__slug", TEXT, "Quartier."),
        Column("perimetre", "residence__quartier__perimeter__slug", TEXT, "Périmètre de la convention-cadre."),
        Column("logements", "residence__dwellings", COUNT, "Nombre de logements ; vide : inconnu."),
        Column("gerant", "bailleur__slug", TEXT, "Qui la gère."),
        Column("depuis", "since", DAY, "Premier jour de la gestion."),
        Column("jusqu_au", "until", DAY, "Dernier jour, exclu ; vide : toujours."),
        Column("demonstration", "residence__is_demonstration", FLAG, "Résidence inventée pour la démonstration."),
    ),
    lambda scope: Management.objects.filter(bailleur=scope.convention.organisation_id),
)
SPOTS = Table(
    "lieux",
    "Les lieux de ces résidences : bâtiments, entrées, ascenseurs.",
    (
        Column("lieu", "pk", COUNT, "Numéro du lieu dans cet export."),
        Column("residence", "residence__slug", TEXT, "Sa résidence."),
        Column("nom", "name", TEXT, "Nom."),
        Column("nature", "kind", TEXT, "Nature du lieu."),
        Column("dans", "parent", COUNT, "Le lieu qui le contient."),
    ),
    lambda scope: Spot.objects.filter(residence__managements__bailleur=scope.convention.organisation_id).distinct(),
)
INCIDENTS = Table(
    "incidents",
    "Les incidents de ses résidences, et ceux qu'elle régit.",
    (
        Column("incident", "ref", TEXT, "Référence."),
        Column("residence", "residence__slug", TEXT, "Résidence."),
        Column("lieu", "spot", COUNT, "Lieu ; vide : toute la résidence."),
        Column("categorie", "category__slug", TEXT, "Catégorie."),
        Column("priorite", "priority", TEXT, "Priorité."),
        Column("etat", "status", TEXT, "État à la date de l'export."),
        Column("motif_de_cloture", "closure_reason", TEXT, "Pourquoi il est clos."),
        Column("bailleur", "bailleur__slug", TEXT, "Bailleur de la résidence."),
        Column("responsable", "responsible__slug", TEXT, "Qui en répond."),
        Column("convention", "convention_version__convention__slug", TEXT, "Convention qui le régit ; vide : aucune."),
        Column("avenant", "convention_version__number", COUNT, "Version qui le régit."),
        Column("rattache_a", "merged_into__ref", TEXT, "L'incident dont il est un doublon."),
        Column("canal", "channel", TEXT, "Par où il est arrivé."),
        Column("signale_le", "reported_at", INSTANT, "Quand la personne l'a signalé."),
        Column("recu_le", "received_at", INSTANT, "Quand il a été reçu."),
        Column("repare_le", "resolved_at", INSTANT, "Quand la réparation a été annoncée."),
        Column("clos_le", "closed_at", INSTANT, "Quand il a été clos."),
        Column("confirme_le", "confirmed_at", INSTANT, "Quand le signalant a confirmé."),
        Column("prouve", "is_proven", FLAG, "Réparation prouvée par une photo."),
        Column("titre", "title", TEXT, "Vide pour un incident confidentiel, sauf export nominatif."),
        Column("description", "description", TEXT, "Vide pour un incident confidentiel, sauf export nominatif."),
        Column("confidentiel", "is_confidential", FLAG, "Compté, jamais listé dans les rapports."),
    ),
    lambda scope: Incident.objects.filter(scope.under(), received_at__lte=scope.as_of),
    _without_words,
)
CLOCKS = Table(
    "delais",
    "Les délais de ces incidents : promis, suspendus, tenus ou dépassés.",
    (
        Column("incident", "incident__ref", TEXT, "Incident."),
        Column("etape", "stage", TEXT, "Étape promise."),
        Column("cycle", "cycle", COUNT, "1, puis un de plus à chaque réouverture tardive."),
        Column("responsable", "party__slug", TEXT, "Qui devait la tenir."),
        Column("convention", "commitment__version__convention__slug", TEXT, "Convention qui la promet."),
        Column("engagement", "commitment", COUNT, "Engagement qui la promet."),
        Column("depart", "started_at", INSTANT, "D'où le délai court."),
        Column("echeance_stricte", "strict_due_at", INSTANT, "Échéance sans aucune suspension."),
        Column("suspendu", "paused_seconds", SECONDS, "Temps suspendu, dans son calendrier."),
        Column("retard", "lateness_seconds", SECONDS, "Retard, dans son calendrier."),
        Column("excuse", "is_excused", FLAG, "Excusé par arbitrage."),
        Column("echeance", "due_at", INSTANT, "Vide : suspendu."),
        Column("atteint_le", "stopped_at", INSTANT, "Quand l'étape a été atteinte."),
        Column("annule_le", "cancelled_at", INSTANT, "Quand le délai a été annulé."),
        Column("verdict", "", TEXT, "held (tenu), missed (dépassé), pending (en cours), cancelled (annulé)."),
        Column("mois", "", TEXT, "Mois qui le compte, dans le fuseau de la convention ; vide : pas encore décidé."),
    ),
    lambda scope: Clock.objects.filter(scope.under("incident__"), incident__received_at__lte=scope.as_of),
    _decided,
)
PAUSES = Table(
    "suspensions",
    "Les attentes de ces incidents, et leur motif.",
    (
        Column("incident", "incident__ref", TEXT, "Incident."),
        Column("motif", "reason", TEXT, "Motif."),
        Column("depuis", "started_at", INSTANT, "Début."),
        Column("jusqu_a", "ended_at", INSTANT, "Fin ; vide : en cours."),
    ),
    lambda scope: Pause.objects.filter(scope.under("incident__"), incident__received_at__lte=scope.as_of),
)
ESCALATIONS = Table(
    "escalades",
    "Les niveaux atteints par ces délais.",
    (
        Column("incident", "incident__ref", TEXT, "Incident."),
        Column("etape", "clock__stage", TEXT, "Étape du délai."),
        Column("cycle", "clock__cycle", COUNT, "Cycle du délai."),
        Column("niveau", "level", COUNT, "Niveau."),
        Column("destinataires", "audience", TEXT, "Qui a été alerté."),
        Column("atteint_le", "reached_at", INSTANT, "Quand le niveau a été atteint."),
        Column("remplace", "is_superseded", FLAG, "Remplacé par un niveau plus haut."),
    ),
    lambda scope: Escalation.objects.filter(scope.under("incident__"), incident__received_at__lte=scope.as_of),
)
ARBITRATIONS = Table(
    "arbitrages",
    "Les délais dépassés que le DSU a excusés, avec son motif.",
    (
        Column("incident", "incident__ref", TEXT, "Incident."),
        Column("le", "at", INSTANT, "Date de l'arbitrage."),
        Column("delai", "data", JSON, "Étape, cycle et responsable du délai."),
        Column("motif", "text", TEXT, "Motif écrit."),
    ),
    lambda scope: IncidentEvent.objects.filter(
        scope.under("incident__"), kind=EventKind.ARBITRATED, incident__received_at__lte=scope.as_of
    ),
)
REPORTS = Table(
    "rapports",
    "Les rapports publiés, avec leurs chiffres et leurs empreintes.",
    (
        Column("mois", "month", DAY, "Premier jour du mois."),
        Column("publie_le", "published_at", INSTANT, "Publication."),
        Column("arrete_au", "built_at", INSTANT, "L'instant dont le rapport montre les chiffres."),
        Column("chiffres", "figures", JSON, "Tous les chiffres du rapport."),
        Column("empreinte_des_chiffres", "figures_sha256", TEXT, "SHA-256 des chiffres, clés triées."),
        Column("empreinte_du_pdf", "pdf_sha256", TEXT, "SHA-256 du PDF publié."),
        Column("empreinte_du_csv", "csv_sha256", TEXT, "SHA-256 du CSV publié."),
    ),
    lambda scope: Report.objects.filter(convention=scope.convention, status=ReportStatus.PUBLISHED),
)
CONTACTS = Table(
    "contacts",
    "Qui a signalé : données personnelles, à ne garder que le temps du service.",
    (
        Column("incident", "ref", TEXT, "Incident."),
        Column("signalant", "reporter__full_name", TEXT, "Nom de la personne."),
        Column("organisation", "reporter_organisation__slug", TEXT, "Son association ou son service."),
        Column("courriel", "reporter_email", TEXT, "Adresse laissée pour des nouvelles."),
    ),
    lambda scope: Incident.objects.filter(scope.under(), received_at__lte=scope.as_of),
    only_with_contacts=True,
)
TABLES = (
    CONVENTIONS,
    VERSIONS,
    COMMITMENTS,
    LEVELS,
    RESIDENCES,
    SPOTS,
    INCIDENTS,
    CLOCKS,
    PAUSES,
    ESCALATIONS,
    ARBITRATIONS,
    REPORTS,
    CONTACTS,
)


def tables_of(scope: Scope) -> list[Table]:
    return [table for table in TABLES if scope.with_contacts or not table.only_with_contacts]
