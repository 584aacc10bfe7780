"""The `gup` command as a person types it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from gup.desk.management.commands.run import children


def gup(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GUP_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "gup", *arguments],
        env={**inherited, "GUP_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_gup_alone_lists_its_commands_with_hyphens_and_in_french(tmp_path: Path) -> None:
    shown = gup(tmp_path)
    assert shown.returncode == 0
    assert re.search(r"^  gup check-vectors +Calcule chaque vecteur", shown.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "un objet JSON est attendu"),
        ("{", "Expecting"),
        ("[" * 100_000, "recursion"),
        ('{"calendars": 1}', "forme d'un fichier de vecteurs"),
    ],
)
def test_a_file_that_holds_no_vectors_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "vectors.json"
    path.write_text(text)
    answer = gup(tmp_path, "check-vectors", str(path))
    assert answer.returncode == 1
    assert reason in answer.stderr


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    answer = gup(tmp_path, "check-vectors", str(tmp_path / "none.json"))
    assert answer.returncode == 1
    assert "lecture impossible" in answer.stderr


def test_vectors_that_differ_are_shown_and_the_command_fails(tmp_path: Path) -> None:
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps({"calendars": {}, "vectors": [{"id": "V1", "calendar": "none"}]}))
    answer = gup(tmp_path, "check-vectors", str(path))
    assert answer.returncode == 1
    assert answer.stdout.startswith("V1 : vecteur illisible")
    assert "1 vecteur(s) sur 1 diffèrent" in answer.stderr


def test_nothing_else_than_web_worker_and_beat_is_started_when_a_broker_is_named(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"
    assert [child.name for child in children("127.0.0.1", 8000)] == ["web", "worker", "beat"]
    settings.CELERY_BROKER_URL = f"redis+socket://{settings.GUP_BROKER_SOCKET}"
    assert [child.name for child in children("127.0.0.1", 8000)] == ["broker", "web", "worker", "beat"]
