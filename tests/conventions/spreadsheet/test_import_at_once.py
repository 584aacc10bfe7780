"""Two people import at the same instant, by two connections: one project is written whole, the other is refused."""

import threading

from django.db import connections

from gup.conventions.models import Commitment, Convention, ConventionVersion
from gup.conventions.spreadsheet.flaws import Outdated
from gup.conventions.spreadsheet.importing import dry_run
from gup.conventions.spreadsheet.writing import write_project
from tests.api.conftest import committed
from tests.conventions.spreadsheet.conftest import AT, Signed

__all__ = ["committed"]


def written_at_once(files: list[bytes]) -> list[str]:
    """Each file is read, then all are written together; what each was answered."""
    together, answers = threading.Barrier(len(files)), []

    def write(data: bytes) -> None:
        try:
            state = dry_run(data, at=AT).state
            together.wait(timeout=20)
            write_project(data, state=state, by=None, at=AT)
            answers.append("written")
        except Outdated:
            answers.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[data]) for data in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_two_amendments_at_once_are_one_written_and_one_refused(committed: None, signed: Signed) -> None:
    files = [signed.amended(("Engagements", "K2", hours)) for hours in (12, 13)]
    assert written_at_once(files) == ["refused", "written"]
    assert ConventionVersion.objects.get(number=1).commitments.count() == 6


def test_two_first_versions_at_once_are_one_written_and_one_refused(committed: None, signed: Signed) -> None:
    files = [signed.file, signed.amended(("Version", "A2", 0))]
    Convention.objects.all().delete()
    assert written_at_once(files) == ["refused", "written"]
    assert (Convention.objects.count(), Commitment.objects.count()) == (1, 6)
