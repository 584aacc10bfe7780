"""The illustrative conventions of the reference file, written as versions, calendars, commitments and steps.

Written once: what the town amends afterwards is its own, and loading the file again leaves it alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gup.conventions.enums import Audience, CommitmentKind, Priority
from gup.conventions.models import (
    CalendarException,
    Category,
    Commitment,
    Convention,
    ConventionVersion,
    EscalationStep,
    ServiceCalendar,
)
from gup.partners.models import Organisation
from gup.places.models import Quartier
from gup.service_levels.holidays import customary_days, legal_holidays
from gup.service_levels.stages import DEFAULT_PAUSING, Basis, Stage

TIMEZONE = "America/Martinique"
ALWAYS_OPEN = "24-7"
# The years whose holidays are written: a year before the first convention, two after the last.
YEARS = range(2025, 2032)

# The wording of each promise falls on one of four stages.
STAGE_OF_MILESTONE = {
    "acknowledged": Stage.ACKNOWLEDGE,
    "qualified": Stage.ACKNOWLEDGE,
    "first_contact": Stage.ACKNOWLEDGE,
    "procedure_started": Stage.ACKNOWLEDGE,
    "notice_issued": Stage.ACKNOWLEDGE,
    "technician_on_site": Stage.ATTEND,
    "contractor_on_site": Stage.ATTEND,
    "officer_on_site": Stage.ATTEND,
    "made_safe": Stage.MAKE_SAFE,
    "people_freed": Stage.MAKE_SAFE,
    "back_in_service": Stage.RESOLVE,
    "resolved": Stage.RESOLVE,
}

# OZANAM's illustrative convention promises by urgency and not by category; its notes say what each urgency holds.
Coverage = tuple[str, str]
URGENCIES: dict[str, tuple[Coverage, ...]] = {
    "urgency-1": (("", Priority.DANGER), ("person-trapped", ""), ("sewage-backup", ""), ("street-light-sector", "")),
    "urgency-2": (("", Priority.URGENT), ("lift-out", ""), ("common-area-light", ""), ("leak-building", "")),
    "urgency-3": (("", Priority.PRIORITAIRE), ("", Priority.NORMAL), ("", Priority.PROGRAMME)),
}

# Illustrative, as the conventions are: who hears of a clock, and when.
STEPS = (
    (1, 75, Audience.CARETAKER),
    (2, 100, Audience.AGENCY),
    (3, 150, Audience.DIRECTION),
    (4, 200, Audience.DSU),
)


@dataclass(frozen=True, slots=True)
class Calendars:
    own: ServiceCalendar
    always: ServiceCalendar


def load_conventions(facts: dict[str, Any]) -> int:
    """Write the three bailleurs' conventions and the town's annex; returns how many."""
    always = _calendar(ALWAYS_OPEN, "24 h/24, 7 j/7", {str(day): [["00:00", "24:00"]] for day in range(7)})
    for row in facts["conventions"]:
        if _is_written(row):
            continue
        bailleur = Organisation.objects.get(slug=row["bailleur"])
        own = _own_calendar(row["slug"], f"Horaires {bailleur.name}", row["calendar"])
        version = _version(row, bailleur, row["perimeter"], is_annex=False)
        _write_commitments(version, row["commitments"], Calendars(own, always), bailleur)
    town = facts["town_commitments"]
    if not _is_written(town):
        _load_annex(town, always)
    return len(facts["conventions"]) + 1


def _is_written(row: dict[str, Any]) -> bool:
    return ConventionVersion.objects.filter(convention__slug=row["slug"]).exists()


def _load_annex(town: dict[str, Any], always: ServiceCalendar) -> None:
    ville = Organisation.objects.get(slug="ville-lamentin")
    hours = {"timezone": TIMEZONE, "working_days": [1, 2, 3, 4, 5], "hours": "07:30-14:00", "customary_closed": []}
    own = _own_calendar(town["slug"], "Horaires des services de la Ville", hours)
    everywhere = list(Quartier.objects.values_list("slug", flat=True))
    version = _version(town | {"start": "2026-01-01", "end": "2028-12-31"}, ville, everywhere, is_annex=True)
    _write_commitments(version, town["commitments"], Calendars(own, always), ville)


def _version(
    row: dict[str, Any], organisation: Organisation, quartiers: list[str], *, is_annex: bool
) -> ConventionVersion:
    convention, _ = Convention.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "name": row["label"],
            "organisation": organisation,
            "is_illustrative": row["illustrative"],
            "is_annex": is_annex,
        },
    )
    start = date.fromisoformat(row["start"])
    version = ConventionVersion.objects.create(
        convention=convention,
        number=0,
        in_force_from=start,
        # The file gives the last day; a version is in force up to, and without, this one.
        in_force_until=date.fromisoformat(row["end"]) + timedelta(days=1),
        philosophy=row.get("philosophy", ""),
        activated_at=convention.starts(start),
    )
    version.quartiers.set(Quartier.objects.filter(slug__in=quartiers))
    for level, share, audience in STEPS:
        EscalationStep.objects.create(version=version, level=level, share_percent=share, audience=audience)
    return version


def _write_commitments(
    version: ConventionVersion, rows: list[dict[str, Any]], calendars: Calendars, signatory: Organisation
) -> None:
    """Write each promise once, however often the file says it."""
    for row in rows:
        for fields in _commitments(row, calendars, signatory):
            identity = {name: fields.pop(name) for name in ("kind", "responsible", "stage", "category", "priority")}
            Commitment.objects.update_or_create(
                version=version, residence=None, label=fields.pop("label"), **identity, defaults=fields
            )


def _commitments(row: dict[str, Any], calendars: Calendars, signatory: Organisation) -> Iterator[dict[str, Any]]:
    """One promise of the file is one commitment, or one for each coverage of an urgency."""
    kind = CommitmentKind(row["kind"])
    coverages = URGENCIES.get(row.get("category", ""), (_coverage(row),))
    for slug, priority in coverages:
        category = Category.objects.select_related("default_party").get(slug=slug) if slug else None
        fields: dict[str, Any] = {
            "kind": kind,
            "label": _label(row, category),
            "note": row.get("note", ""),
            "category": category,
            "priority": priority,
            "responsible": _responsible(category, signatory),
            "stage": "",
        }
        yield fields | _terms(kind, row, calendars)


def _coverage(row: dict[str, Any]) -> Coverage:
    """ "lifts/lift-out" is that category, "tranquillity/*" the whole family, nothing is everything."""
    family, _, category = row.get("category", "").partition("/")
    return (family if category == "*" else category, "")


def _responsible(category: Category | None, signatory: Organisation) -> Organisation:
    """A bailleur answers for its own convention; in the town's annex, the party that the nomenclature names."""
    is_town = signatory.slug == "ville-lamentin"
    return (category.default_party if category and is_town else None) or signatory


def _terms(kind: CommitmentKind, row: dict[str, Any], calendars: Calendars) -> dict[str, Any]:
    """The fields that this kind speaks with."""
    if kind in (CommitmentKind.DELAY, CommitmentKind.INFORMATION):
        return _delay(row, calendars)
    if kind == CommitmentKind.RECURRENCE:
        return {"times": row["times"], "period": row["period"], "proof": row["proof"]}
    if kind == CommitmentKind.AVAILABILITY:
        return {"equipment": row["equipment"], "min_rate": Decimal(str(row["min_rate"])), "period": row["period"]}
    if kind == CommitmentKind.QUALITY_LEVEL:
        return {
            "grid": row["grid"],
            "scale": row["scale"],
            "threshold_score": str(row["threshold"]),
            "walks_per_year": row["walks_per_year"],
        }
    return {"due_on": date.fromisoformat(row["due"]), "indicator": row["indicator"]}


def _delay(row: dict[str, Any], calendars: Calendars) -> dict[str, Any]:
    """24x7 hours are elapsed time, working days are counted days, working hours are open time."""
    stage = _stage(row)
    in_days = row["unit"] in ("working_day", "day")
    always = row["clock"] == "24x7"
    if in_days:
        basis = Basis.CALENDAR_DAYS if always else Basis.WORKING_DAYS
    else:
        basis = Basis.ELAPSED_TIME if always else Basis.WORKING_TIME
    return {
        "stage": stage.value,
        "basis": basis.value,
        "target": row["value"] if in_days else row["value"] * 3600,
        "calendar": calendars.always if always else calendars.own,
        "pausing_reasons": sorted(reason.value for reason in DEFAULT_PAUSING[stage]),
    }


def _stage(row: dict[str, Any]) -> Stage:
    if row["kind"] == CommitmentKind.INFORMATION:
        return Stage.RECEIPT if row["label"].startswith("Accusé") else Stage.ANSWER
    return STAGE_OF_MILESTONE[row["milestone"]]


def _label(row: dict[str, Any], category: Category | None) -> str:
    """The promise in a sentence; the file words some kinds itself."""
    for own in ("label", "service", "grid"):
        if own in row:
            return str(row[own])
    if "equipment" in row:
        return f"Disponibilité : {row['equipment']}"
    unit = {"hour": "h", "working_day": "jour(s) ouvré(s)", "day": "jour(s)"}[row["unit"]]
    place = category.name if category else "Tout incident"
    return f"{place} : {_MILESTONE_WORDS[row['milestone']]} en {row['value']} {unit}"


_MILESTONE_WORDS = {
    "acknowledged": "prise en charge",
    "qualified": "qualification",
    "first_contact": "premier contact",
    "procedure_started": "procédure engagée",
    "notice_issued": "mise en demeure envoyée",
    "technician_on_site": "technicien sur place",
    "contractor_on_site": "prestataire sur place",
    "officer_on_site": "agent sur place",
    "made_safe": "mise en sécurité",
    "people_freed": "personnes dégagées",
    "back_in_service": "remise en service",
    "resolved": "réparation",
}


def _own_calendar(slug: str, name: str, row: dict[str, Any]) -> ServiceCalendar:
    """A weekly pattern, closed on legal holidays and on the customary days the convention names."""
    start, end = row["hours"].split("-")
    weekly = {str(day - 1): [[start, end]] for day in row["working_days"]}
    calendar = _calendar(slug, name, weekly)
    for year in YEARS:
        days: dict[date, tuple[str, list[list[str]]]] = {
            day: (label, []) for day, label in legal_holidays(year).items()
        }
        customary = customary_days(year)
        for closed in row["customary_closed"]:
            is_afternoon = closed.endswith("-pm")
            day = customary[closed.removesuffix("-pm")]
            days.setdefault(
                day, (_CUSTOMARY_WORDS[closed.removesuffix("-pm")], [[start, "12:00"]] if is_afternoon else [])
            )
        for day, (label, windows) in days.items():
            CalendarException.objects.get_or_create(
                calendar=calendar, day=day, defaults={"label": label, "windows": windows}
            )
    return calendar


_CUSTOMARY_WORDS = {
    "mardi-gras": "Mardi gras",
    "ash-wednesday": "Mercredi des Cendres",
    "good-friday": "Vendredi saint",
    "all-souls": "Jour des défunts",
}


def _calendar(slug: str, name: str, weekly: dict[str, list[list[str]]]) -> ServiceCalendar:
    calendar, _ = ServiceCalendar.objects.get_or_create(
        slug=slug, defaults={"name": name, "timezone": TIMEZONE, "weekly": weekly}
    )
    return calendar
