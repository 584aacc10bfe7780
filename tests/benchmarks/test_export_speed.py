"""An archive's memory stays flat while its convention grows a hundredfold."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gup.conventions.models import Convention
from gup.incidents.models import Clock, Incident
from tests.api.conftest import committed
from tests.benchmarks.measures import copy_rows, head, sized
from tests.factories import IncidentFactory, OrganisationFactory, ResidenceFactory, UserFactory, signed_convention

__all__ = ["committed"]
SIZES = [sized(small=20, default=10_000, full=10_000), sized(small=40, default=100_000, full=1_000_000)]
# A process of its own: VmHWM is its own peak, where ru_maxrss remembers the parent's.
MEASURED = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
start = time.perf_counter()
call_command(*sys.argv[1:], stdout=sys.stderr)
seconds, lines = time.perf_counter() - start, Path("/proc/self/status").read_text().splitlines()
print(f"{seconds:.1f} s, peak {next(int(each.split()[1]) // 1024 for each in lines if each.startswith('VmHWM'))} MiB")
"""


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_an_archive_stays_flat_in_memory(tmp_path: Path) -> None:
    bailleur = OrganisationFactory()
    residence = ResidenceFactory(bailleur=bailleur)
    signed_convention(bailleur, [residence.quartier])
    first: Incident = IncidentFactory(residence=residence, by=UserFactory(association=True, residences=[residence]))
    clock = first.clocks.get(stage="resolve")
    head("Archive of a convention, one clock an incident")
    stored = 0
    for size in SIZES:
        _fill(first, clock, stored, size - stored)
        stored = size
        archive = tmp_path / f"{size}.zip"
        written = _measured("export", Convention.objects.get().slug, str(archive))
        read = _measured("import_export", str(archive))
        sys.stdout.write(
            f"{size:>9,} incidents: written in {written}; read back in {read}; {archive.stat().st_size >> 20} MiB\n"
        )


def _fill(first: Incident, clock: Clock, stored: int, count: int) -> None:
    """Numbered copies of one incident, each with its clock, stopped within its time."""
    numbers = {"ref": "'FILL-' || n.i", "client_uuid": "NULL", "follow_up_hash": "'h' || n.i", "id": "1000000 + n.i"}
    copy_rows(Incident, f"t.id = {first.pk}", count, numbers, first=stored + 1)
    stopped = {"incident_id": "1000000 + n.i", "stopped_at": "t.due_at", "next_action_at": "NULL"}
    copy_rows(Clock, f"t.id = {clock.pk}", count, stopped, first=stored + 1)


def _measured(*command: str) -> str:
    """Seconds and peak memory of a command, as its own process says them."""
    name = str(connection.settings_dict["NAME"])
    address = f"sqlite:///{name}" if connection.vendor == "sqlite" else _postgres(name)
    given = {"DJANGO_SETTINGS_MODULE": "gup.settings", "GUP_DATABASE_URL": address, "GUP_VAR": str(settings.GUP_VAR)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], env=given, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _postgres(name: str) -> str:
    by = connection.settings_dict
    return f"postgres://{by['USER']}:{by['PASSWORD'] or ''}@{by['HOST']}:{by['PORT']}/{name}"
