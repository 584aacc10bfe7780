"""Reading an archive back: what another administration would check before it takes over from it."""

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from gup.reports.export.archive import BOM, CHUNK, FORMAT
from gup.reports.export.columns import as_cell
from gup.reports.export.tables import TABLES, verdict_between
from gup.service_levels.stages import Verdict

# A few hundred examples tell what is wrong; a million lines hide it.
MAX_FLAWS = 200
Row = dict[str, Any]


@dataclass
class Checked:
    """What was read: lines by table, decided delays by (month, stage, verdict), and what is wrong in French."""

    lines: dict[str, int] = field(default_factory=dict)
    decided: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    flaws: list[str] = field(default_factory=list)

    def say(self, flaw: str) -> None:
        if len(self.flaws) < MAX_FLAWS:
            self.flaws.append(flaw)


def check_archive(path: Path) -> Checked:
    """Read every file of the archive: its sum, its lines in both forms, what it refers to, its figures counted again.

    Raises nothing for a bad archive: all that is wrong is in `flaws`.
    """
    checked = Checked()
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, checked)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError) as unreadable:
        checked.say(f"L'archive ne se lit pas jusqu'au bout : {unreadable}")
    return checked


def _check(archive: zipfile.ZipFile, checked: Checked) -> None:
    _check_sums(archive, checked)
    manifest: Row = orjson.loads(archive.read("manifeste.json"))
    if manifest["format"] != FORMAT:
        checked.say(f"Format {manifest['format']} inconnu : cette version lit le format {FORMAT}.")
        return
    known: set[str] = set()
    for table in TABLES:
        if table.name in manifest["lignes"]:
            _check_table(archive, table.name, manifest, checked, known)
    if checked.lines != manifest["lignes"]:
        checked.say(f"Nombres de lignes : {checked.lines} lues, {manifest['lignes']} annoncées.")
    told = {(each["mois"], each["etape"], each["verdict"]): each["nombre"] for each in manifest["decides"]}
    for key in sorted(set(told) | set(checked.decided)):
        if told.get(key, 0) != checked.decided[key]:
            checked.say(f"{' · '.join(key)} : {checked.decided[key]} recomptés, {told.get(key, 0)} annoncés.")


def _check_sums(archive: zipfile.ZipFile, checked: Checked) -> None:
    lines = archive.read("SHA256SUMS").decode().splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    held = {name for name in archive.namelist() if name != "SHA256SUMS"}
    for name in sorted(held ^ set(told)):
        checked.say(f"{name} : {'présent et non annoncé' if name in held else 'annoncé et absent'}.")
    for name in sorted(held & set(told)):
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != told[name]:
            checked.say(f"{name} : l'empreinte n'est pas celle annoncée.")


def _check_table(archive: zipfile.ZipFile, name: str, manifest: Row, checked: Checked, known: set[str]) -> None:
    """Both forms line by line; `known` gathers the incidents, which later tables may name."""
    count = 0
    for row, cells in zip(_json_rows(archive, name), _csv_rows(archive, name), strict=True):
        count += 1
        if [str(as_cell(value)) for value in row.values()] != cells:
            checked.say(f"{name}, ligne {count} : le CSV et le JSON diffèrent.")
        if name == "incidents":
            known.add(row["incident"])
        elif "incident" in row and row["incident"] not in known:
            checked.say(f"{name}, ligne {count} : incident {row['incident']} inconnu de l'export.")
        if name == "delais":
            _count(row, manifest, checked, count)
        if name == "rapports":
            _check_figures(row, checked)
    checked.lines[name] = count


def _count(row: Row, manifest: Row, checked: Checked, line: int) -> None:
    """The verdict from the instants alone, beside the one that is written."""
    due, stopped, cancelled = (_instant(row[name]) for name in ("echeance", "atteint_le", "annule_le"))
    verdict, decided_at = verdict_between(due, stopped, cancelled, now=datetime.fromisoformat(manifest["instant"]))
    month = "" if decided_at is None else f"{decided_at.astimezone(ZoneInfo(manifest['fuseau'])):%Y-%m}"
    if (verdict.value, month) != (row["verdict"], row["mois"]):
        checked.say(f"delais, ligne {line} : {verdict.value} {month} recompté, {row['verdict']} {row['mois']} écrit.")
    if verdict in (Verdict.HELD, Verdict.MISSED) and row["convention"] == manifest["convention"]:
        checked.decided[month, row["etape"], verdict.value] += 1


def _check_figures(row: Row, checked: Checked) -> None:
    digest = hashlib.sha256(orjson.dumps(row["chiffres"], option=orjson.OPT_SORT_KEYS)).hexdigest()
    if digest != row["empreinte_des_chiffres"]:
        checked.say(f"Rapport {row['mois']} : ses chiffres n'ont pas l'empreinte publiée.")


def _json_rows(archive: zipfile.ZipFile, name: str) -> Iterator[Row]:
    """One object a line: a million of them never stand in memory at once."""
    with archive.open(f"tables/{name}.json") as file:
        for line in file:
            if (text := line.strip().rstrip(b",")) not in (b"[", b"]", b"[]"):
                yield orjson.loads(text)


def _csv_rows(archive: zipfile.ZipFile, name: str) -> Iterator[list[str]]:
    with archive.open(f"tables/{name}.csv") as file:
        if file.read(len(BOM)) != BOM:
            raise ValueError(f"{name}.csv n'est pas en UTF-8 avec BOM")
        reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""), delimiter=";")
        next(reader, None)
        yield from reader


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
