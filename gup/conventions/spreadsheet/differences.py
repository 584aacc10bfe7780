"""What a version would change, against another: said by family of change, old and new values side by side."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from gup.conventions.governing import CLOCKED_KINDS
from gup.conventions.spreadsheet.content import CalendarContent, CommitmentContent, Content
from gup.conventions.spreadsheet.layout import Named
from gup.conventions.spreadsheet.names import Catalogue
from gup.conventions.spreadsheet.wording import (
    NOTHING,
    WEEKDAYS,
    altered,
    commitment_words,
    day,
    hours,
    step_words,
)


class Change(Enum):
    ADDED = "ajouté"
    REMOVED = "retiré"
    CHANGED = "modifié"


@dataclass(frozen=True, slots=True)
class Difference:
    """`subject` is what changes, `fields` the values as (heading, old, new): empty for what comes or goes whole."""

    change: Change
    subject: str
    fields: tuple[tuple[str, str, str], ...] = ()

    def __str__(self) -> str:
        values = " ; ".join(f"{heading} : {old} → {new}" for heading, old, new in self.fields)
        return f"{self.change.value} : {self.subject}" + (f" ({values})" if values else "")


@dataclass(frozen=True, slots=True)
class Differences:
    version: tuple[Difference, ...]
    perimeter: tuple[Difference, ...]
    calendars: tuple[Difference, ...]
    commitments: tuple[Difference, ...]
    steps: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return any(found for _, found in self.by_sheet)

    @property
    def by_sheet(self) -> list[tuple[str, tuple[Difference, ...]]]:
        return [
            ("Convention et version", self.version),
            ("Périmètre", self.perimeter),
            ("Calendriers et fermetures", self.calendars),
            ("Engagements", self.commitments),
            ("Escalades", self.steps),
        ]


Pairs = list[tuple[CommitmentContent | None, CommitmentContent | None]]


def differences(before: Content | None, after: Content, catalogue: Catalogue) -> Differences:
    """What `after` changes against `before`; against nothing, all of it is added."""
    old = before or replace(after, quartiers=frozenset(), calendars={}, commitments=(), steps=())
    pairs = _pair(old.commitments, after.commitments)
    # An amended calendar bears another code: it is compared with the one whose commitments it took over.
    successors = _successors(pairs, old, after)
    renamed = [(_in_calendar(one, successors), other) for one, other in pairs]
    return Differences(
        _version(before, after, catalogue),
        _perimeter(old, after, catalogue),
        tuple(_calendars(old, after, successors)),
        tuple(_commitments(renamed, catalogue)),
        tuple(_steps(old, after, catalogue)),
    )


def _version(before: Content | None, after: Content, catalogue: Catalogue) -> tuple[Difference, ...]:
    if before is None:
        return (Difference(Change.ADDED, after.convention.name),)
    fields = altered(_version_words(before, catalogue), _version_words(after, catalogue))
    return (Difference(Change.CHANGED, after.convention.name, tuple(fields)),) if fields else ()


def _version_words(content: Content, catalogue: Catalogue) -> dict[str, str]:
    convention, version = content.convention, content.version
    return {
        "Code": convention.slug,
        "Nom": convention.name,
        "Signataire": catalogue[Named.ORGANISATION].shown(convention.organisation),
        "Fuseau horaire": convention.timezone,
        "Illustrative": _yes_no(convention.is_illustrative),
        "Annexe": _yes_no(convention.is_annex),
        "Numéro": str(version.number),
        "En vigueur du": day(version.in_force_from),
        "Premier jour hors convention": day(version.in_force_until),
        "Incidents ouverts": _yes_no(version.applies_to_open),
        "Esprit": version.philosophy or NOTHING,
    }


def _yes_no(flag: bool) -> str:
    return "oui" if flag else "non"


def _perimeter(before: Content, after: Content, catalogue: Catalogue) -> tuple[Difference, ...]:
    shown = catalogue[Named.QUARTIER].shown
    gone = [Difference(Change.REMOVED, shown(slug)) for slug in sorted(before.quartiers - after.quartiers)]
    come = [Difference(Change.ADDED, shown(slug)) for slug in sorted(after.quartiers - before.quartiers)]
    return (*gone, *come)


def _calendars(before: Content, after: Content, successors: dict[str, str]) -> Iterable[Difference]:
    for code in sorted(before.calendars.keys() - after.calendars.keys() - successors.keys()):
        yield Difference(Change.REMOVED, before.calendars[code].name)
    former_of = {new: old for old, new in successors.items()}
    for code, calendar in after.calendars.items():
        former = before.calendars.get(former_of.get(code, code))
        if former is None:
            yield Difference(Change.ADDED, calendar.name)
        elif fields := altered(*_same_days(former, calendar)):
            yield Difference(Change.CHANGED, calendar.name, tuple(fields))


def _hours(calendar: CalendarContent) -> dict[str, str]:
    week = {name: hours(calendar.weekly.get(number, ())) for number, name in enumerate(WEEKDAYS)}
    closures = {day(when): f"{hours(said.windows)} ({said.label})" for when, said in sorted(calendar.closures.items())}
    return {"Nom": calendar.name, "Fuseau horaire": calendar.timezone} | week | closures


def _same_days(before: CalendarContent, after: CalendarContent) -> tuple[dict[str, str], dict[str, str]]:
    """Both calendars over the dates of either; a date that only one has is an ordinary day for the other."""
    old, new = _hours(before), _hours(after)
    dates = [day(when) for when in sorted(before.closures.keys() | after.closures.keys())]
    ordinary = dict.fromkeys(dates, "jour ordinaire")
    return _last(ordinary, old), _last(ordinary, new)


def _last(ordinary: dict[str, str], hours: dict[str, str]) -> dict[str, str]:
    """The week first, then every date in order."""
    week = {name: said for name, said in hours.items() if name not in ordinary}
    return week | {when: hours.get(when, said) for when, said in ordinary.items()}


def _commitments(pairs: Pairs, catalogue: Catalogue) -> Iterable[Difference]:
    for old, new in pairs:
        if new is None and old is not None:
            yield Difference(Change.REMOVED, old.label)
        elif old is None and new is not None:
            yield Difference(Change.ADDED, new.label)
        elif old is not None and new is not None and old != new:
            fields = altered(commitment_words(old, catalogue), commitment_words(new, catalogue))
            yield Difference(Change.CHANGED, new.label, tuple(fields))


def _steps(before: Content, after: Content, catalogue: Catalogue) -> Iterable[Difference]:
    old, new = ({step.level: step for step in content.steps} for content in (before, after))
    for level in sorted(old.keys() | new.keys()):
        name = f"niveau {level}"
        if level not in new:
            yield Difference(Change.REMOVED, name)
        elif level not in old:
            yield Difference(Change.ADDED, name)
        elif fields := altered(step_words(old[level], catalogue), step_words(new[level], catalogue)):
            yield Difference(Change.CHANGED, name, tuple(fields))


def _pair(before: tuple[CommitmentContent, ...], after: tuple[CommitmentContent, ...]) -> Pairs:
    """Each commitment beside the one it was: the very same first, then what promises the same thing otherwise."""
    old: list[CommitmentContent | None] = list(before)
    new: list[CommitmentContent | None] = list(after)
    pairs: Pairs = []
    for key in (_itself, _promise, _matter):
        places: dict[Hashable, list[int]] = defaultdict(list)
        for index, each in enumerate(old):
            if each is not None:
                places[key(each)].append(index)
        for index, each in enumerate(new):
            if each is not None and places[key(each)]:
                former = places[key(each)].pop(0)
                pairs.append((old[former], each))
                old[former] = new[index] = None
    pairs += [(each, None) for each in old if each is not None]
    pairs += [(None, each) for each in new if each is not None]
    return pairs


def _itself(commitment: CommitmentContent) -> Hashable:
    return replace(commitment, calendar="")


def _promise(commitment: CommitmentContent) -> Hashable:
    own = () if commitment.kind in CLOCKED_KINDS else (commitment.label,)
    return (commitment.kind, *commitment.coverage, *own)


def _matter(commitment: CommitmentContent) -> Hashable:
    """A promise said otherwise: what it is about, and no longer how much."""
    if commitment.kind in CLOCKED_KINDS:
        return (commitment.kind, *commitment.coverage)
    return (commitment.kind, *commitment.coverage, commitment.equipment, commitment.grid)


def _successors(pairs: Pairs, before: Content, after: Content) -> dict[str, str]:
    """From each calendar that is gone to the one that took over most of its commitments."""
    moved = Counter(
        (old.calendar, new.calendar)
        for old, new in pairs
        if old and new and old.calendar not in after.calendars and new.calendar not in before.calendars
    )
    found: dict[str, str] = {}
    for (old_code, new_code), _ in moved.most_common():
        if old_code and new_code and old_code not in found and new_code not in found.values():
            found[old_code] = new_code
    return found


def _in_calendar(commitment: CommitmentContent | None, successors: dict[str, str]) -> CommitmentContent | None:
    if commitment is None or commitment.calendar not in successors:
        return commitment
    return replace(commitment, calendar=successors[commitment.calendar])
