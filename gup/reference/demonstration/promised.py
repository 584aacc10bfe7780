"""What the demonstration's partners do of their promises beyond delays: passages, walks, actions, by the real verbs."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from gup.conventions.enums import CommitmentKind, Period
from gup.conventions.models import Commitment
from gup.incidents.errors import Refused
from gup.inspections.enums import Proof
from gup.inspections.recording import record_milestone, record_passage, record_walk, withdraw
from gup.partners.models import Management, User
from gup.places.enums import SpotKind
from gup.places.models import QrCode, Residence
from gup.reference.drawn_photos import draw
from gup.service_levels.scores import Scale

# Chance of its own: what is drawn here changes nothing of the incidents' stories.
SEED = 41227
# How surely each party comes when it should; the others nine times in ten.
DILIGENCE = {"smhlm": 0.985, "simar": 0.96, "ozanam": 0.95, "ville-lamentin": 0.97}
WEEKDAYS = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
# On which days of which months something comes back n times a year.
MONTHS = {1: (5,), 2: (3, 9), 4: (2, 5, 8, 11), 6: (1, 3, 5, 7, 9, 11)}
YEARLY_DAY = 14
# The town has written its passages down for four months only; before, it has nothing to show.
TOWN_RECORDS = timedelta(days=120)
# Days around the promised one on which an action is done: before it mostly.
AROUND_DUE = (-9, -6, -2, 12)
LEVELS = {"smhlm": 0.8, "simar": 0.72, "ozanam": 0.66}


@dataclass(slots=True)
class Promised:
    """Each day, what the commitments in force that day call for."""

    staff: dict[str, list[User]]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    commitments: list[Commitment] = field(default_factory=list)
    places: dict[int, list[Residence]] = field(default_factory=dict)
    codes: dict[int, list[str]] = field(default_factory=dict)
    photo: bytes = b""

    def __post_init__(self) -> None:
        """The demonstration's residences only: nothing is invented of a real one."""
        managed: dict[int, list[Residence]] = {}
        shown = Management.objects.filter(until=None, residence__is_demonstration=True)
        for each in shown.select_related("residence").order_by("residence_id"):
            managed.setdefault(each.bailleur_id, []).append(each.residence)
        everywhere = [residence for residences in managed.values() for residence in residences]
        found = Commitment.objects.filter(version__activated_at__isnull=False).select_related(
            "version__convention", "responsible"
        )
        kinds = (CommitmentKind.RECURRENCE, CommitmentKind.QUALITY_LEVEL, CommitmentKind.ACTION_MILESTONE)
        self.commitments = list(found.filter(kind__in=kinds).order_by("id"))
        for commitment in self.commitments:
            quartiers = set(commitment.version.quartiers.values_list("pk", flat=True))
            convention = commitment.version.convention
            candidates = everywhere if convention.is_annex else managed.get(convention.organisation_id, [])
            self.places[commitment.pk] = [each for each in candidates if each.quartier_id in quartiers]
        live = QrCode.objects.filter(revoked_at=None, spot__kind=SpotKind.ENTRANCE).order_by("id")
        for residence, code in live.values_list("residence_id", "code"):
            self.codes.setdefault(residence, []).append(code)

    def keep(self, day: date, until: datetime) -> None:
        """What is done on a local day, up to `until` (UTC)."""
        noon = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        if noon >= until:
            return
        for commitment in self.commitments:
            version = commitment.version
            if version.convention.is_annex and noon < until - TOWN_RECORDS:
                continue
            ends = version.in_force_until
            if version.in_force_from <= day and (ends is None or day < ends):
                self._keep(commitment, day, noon)

    def _keep(self, commitment: Commitment, day: date, noon: datetime) -> None:
        staff = self.staff.get(commitment.responsible.slug)
        if not staff:
            return
        if commitment.kind == CommitmentKind.ACTION_MILESTONE:
            self._act(commitment, staff[0], day, noon)
            return
        is_walk = commitment.kind == CommitmentKind.QUALITY_LEVEL
        for number, residence in enumerate(self.places[commitment.pk]):
            if is_walk and _is_day_of(commitment.walks_per_year or 0, day, YEARLY_DAY + number):
                self._walk(commitment, residence, staff[0], day, noon)
            elif not is_walk and _is_due(commitment, day):
                at = noon - timedelta(minutes=self.chance.randint(5, 290))
                self._pass(commitment, residence, staff[0], at)

    def _pass(self, commitment: Commitment, residence: Residence, by: User, at: datetime) -> None:
        if self.chance.random() > DILIGENCE.get(commitment.responsible.slug, 0.9):
            return
        given = self._proof(commitment, residence)
        try:
            passage, _ = record_passage(commitment, residence, by=by, at=at, **given)  # type: ignore[arg-type]
            if self.chance.random() < 0.006:
                withdraw(passage, by=by, at=at + timedelta(minutes=9), reason="Scanné devant la mauvaise entrée.")
        except Refused:
            return  # the residence or the convention has changed since: nothing to keep

    def _proof(self, commitment: Commitment, residence: Residence) -> dict[str, object]:
        """What the commitment asks for, sometimes forgotten: a passage without proof is told and counts for nothing."""
        wanted, codes = commitment.proof.casefold(), self.codes.get(residence.pk, [])
        if self.chance.random() < 0.01:
            return {"note": "Téléphone déchargé."}
        if "qr" in wanted and codes:
            return {"proof": Proof.QR, "code": self.chance.choice(codes)}
        if "photo" in wanted:
            self.photo = self.photo or draw("green-play", 2, after=True)
            return {"proof": Proof.PHOTO, "data": self.photo}
        return {"proof": Proof.SHEET, "data": signed_sheet(commitment.label, residence.name)}

    def _walk(self, commitment: Commitment, residence: Residence, by: User, day: date, noon: datetime) -> None:
        scale = Scale.read(commitment.scale)
        level = self.chance.gauss(LEVELS.get(commitment.responsible.slug, 0.7), 0.09)
        value = float(scale.low) + min(max(level, 0.05), 1) * float(scale.high - scale.low)
        score = scale.letters[::-1][round(value)] if scale.letters else f"{value:.{1 if scale.high < 10 else 0}f}"
        record_walk(
            commitment,
            residence,
            by=by,
            at=noon,
            walked_on=day,
            score=score,
            walker="Le bailleur",
            participants="DSU, association des locataires",
        )

    def _act(self, commitment: Commitment, by: User, day: date, noon: datetime) -> None:
        drawn = random.Random(f"{SEED} {commitment.label}").choice(AROUND_DUE)
        if commitment.due_on is not None and day == commitment.due_on + timedelta(days=drawn):
            record_milestone(commitment, by=by, at=noon, done_on=day, note="Constaté sur place avec le DSU.")


def signed_sheet(service: str, place: str) -> bytes:
    """A page that says what was signed, as a PDF."""
    words = f"{service} - {place} - signé".encode("cp1252", "replace").replace(b"(", b"[").replace(b")", b"]")
    text = b"BT /F1 14 Tf 60 760 Td (" + words + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(text) + text + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj%b endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        start,
    )


def _is_due(commitment: Commitment, day: date) -> bool:
    """Whether a passage is called for that day; a holiday is nobody's excuse here."""
    times = commitment.times or 0
    if commitment.period == Period.WEEK:
        return day.weekday() in WEEKDAYS.get(times, WEEKDAYS[5])
    if commitment.period == Period.MONTH:
        return day.day in _days_of_month(times)
    return _is_day_of(times, day, YEARLY_DAY)


def _days_of_month(times: int) -> Iterator[int]:
    return (6 + 28 // (times + 1) * number for number in range(times))


def _is_day_of(times: int, day: date, wanted: int) -> bool:
    return day.day == wanted and day.month in MONTHS.get(times, ())
