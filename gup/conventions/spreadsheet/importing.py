"""One file, from its dry run to the project it becomes: shown first, written whole or not at all."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from gup.conventions.amendments import earliest_day
from gup.conventions.models import Convention, ConventionVersion
from gup.conventions.spreadsheet import layout
from gup.conventions.spreadsheet.calendar_codes import CodeTaken, with_own_calendars
from gup.conventions.spreadsheet.checking import Checked, check_file
from gup.conventions.spreadsheet.comparing import basis_of
from gup.conventions.spreadsheet.content import Content
from gup.conventions.spreadsheet.differences import Differences, differences
from gup.conventions.spreadsheet.flaws import Flaw, WrongFile
from gup.conventions.spreadsheet.names import read_catalogue
from gup.conventions.spreadsheet.stored import content_of
from gup.conventions.spreadsheet.wording import day, of, the


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would do. `state` is a digest of what it was compared with: writing asks for the same."""

    content: Content
    in_force: str
    changes: Differences
    is_identical: bool
    replaces_project: bool
    remarks: tuple[str, ...]
    state: str


def dry_run(data: bytes, *, at: datetime) -> DryRun:
    """Read, check and compare a file at `at` (UTC), writing nothing. Raises WrongFile with every flaw."""
    catalogue = read_catalogue()
    checked = check_file(data, catalogue)
    convention = Convention.objects.select_related("organisation").filter(slug=checked.content.convention.slug).first()
    versions = _versions(convention)
    same_number = next((each for each in versions if each.number == checked.content.version.number), None)
    project = same_number if same_number is not None and same_number.activated_at is None else None
    flaws = _refusals(checked, convention, versions)
    try:
        content = with_own_calendars(checked.content, project.pk if project else None)
    except CodeTaken as taken:
        flaws.append(_taken(checked, taken.code))
        content = checked.content
    stored = content_of(same_number) if same_number else None
    is_identical = stored is not None and not differences(stored, content, catalogue)
    if same_number is not None and same_number.activated_at is not None and not is_identical:
        reason = f"{the(same_number)} engage déjà, et ne change plus : donnez le numéro d'un nouvel avenant."
        flaws.append(checked.flaw(layout.VERSION, "number", reason))
    if flaws:
        raise WrongFile(flaws)
    basis = basis_of(versions, at)
    former = content_of(basis) if basis else None
    return DryRun(
        content=content,
        in_force=str(basis) if basis else "",
        changes=differences(former, content, catalogue),
        is_identical=is_identical,
        replaces_project=project is not None and not is_identical,
        remarks=tuple(_remarks(checked, content, is_identical, at, convention)),
        state=_digest(convention, versions, stored, former),
    )


def _versions(convention: Convention | None) -> list[ConventionVersion]:
    if convention is None:
        return []
    found = convention.versions.select_related("convention__organisation").prefetch_related("quartiers")
    return list(found.order_by("number"))


def _refusals(checked: Checked, convention: Convention | None, versions: list[ConventionVersion]) -> list[Flaw]:
    """What is right in the file, and cannot stand beside what is stored."""
    if convention is None:
        return []
    flaws = []
    activated = [each for each in versions if each.activated_at is not None]
    if activated:
        flaws += _told_otherwise(checked, convention)
    wanted = checked.content.version
    others = [each for each in activated if each.number != wanted.number]
    # The version in force on that day will end there; one that begins later, or on the same day, stands in the way.
    last = wanted.in_force_until or date.max
    if wanted.number not in {each.number for each in activated}:
        for rival in others:
            if wanted.in_force_from <= rival.in_force_from < last:
                reason = (
                    f"cette période chevauche celle {of(rival)}, "
                    f"du {day(rival.in_force_from)} au {day(rival.in_force_until)} (exclu)."
                )
                flaws.append(checked.flaw(layout.VERSION, "in_force_from", reason))
    return flaws


def _told_otherwise(checked: Checked, convention: Convention) -> list[Flaw]:
    """A convention that binds keeps its name, its signatory and its zone from one amendment to the next."""
    said, flaws = checked.content.convention, []
    stored = {
        "name": (convention.name, said.name),
        "organisation": (convention.organisation.slug, said.organisation),
        "timezone": (convention.timezone, said.timezone),
        "is_illustrative": (convention.is_illustrative, said.is_illustrative),
        "is_annex": (convention.is_annex, said.is_annex),
    }
    for key, (is_said, asked) in stored.items():
        if is_said != asked:
            reason = "la convention en vigueur dit autre chose, qu'un avenant ne change pas."
            flaws.append(checked.flaw(layout.CONVENTION, key, reason))
    return flaws


def _taken(checked: Checked, code: str) -> Flaw:
    rows = checked.tables[layout.CALENDARS.name].rows
    row = next(row for row in rows if row.get("code") == code)
    reason = f"le calendrier « {code} » sert à d'autres avec d'autres horaires : donnez-lui un nouveau code."
    return checked.flaw(layout.CALENDARS, "code", reason, row.number)


def _remarks(
    checked: Checked, content: Content, is_identical: bool, at: datetime, convention: Convention | None
) -> list[str]:
    remarks = []
    if checked.examples:
        remarks.append(f"{checked.examples} ligne(s) d'exemple laissée(s) de côté.")
    for code in sorted(content.calendars.keys() - checked.content.calendars.keys()):
        remarks.append(f"Horaires propres à cette version : ils seront gardés sous le code « {code} ».")
    version = ConventionVersion(
        convention=convention or Convention(timezone=content.convention.timezone), number=content.version.number
    )
    if not is_identical and content.version.in_force_from < earliest_day(version, at):
        remarks.append(
            "Un avenant entre en vigueur au plus tôt le lendemain de son activation : "
            f"à la date du {day(content.version.in_force_from)}, celui-ci ne pourra pas être activé."
        )
    return remarks


def _digest(
    convention: Convention | None, versions: list[ConventionVersion], stored: Content | None, former: Content | None
) -> str:
    said = [(each.pk, each.number, each.activated_at, each.in_force_from, each.in_force_until) for each in versions]
    text = repr((convention.pk if convention else None, said, _plain(stored), _plain(former)))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(content: Content | None) -> object:
    """A content whose `repr` is the same in every process: sets have no order of their own."""
    if content is None:
        return None
    return (
        content.convention,
        content.version,
        sorted(content.quartiers),
        content.calendars,
        content.commitments,
        content.steps,
    )
