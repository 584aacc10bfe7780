import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from gup.conventions.models import Convention
from gup.reports.models import Report
from tests.api.conftest import Commune
from tests.factories import minutes_ago, signed_convention

As = Callable[[str | None], APIClient]
URL = "/api/v1/reports"


def report(convention: Convention | None, month: int, status: str, **given: Any) -> Report:
    at = minutes_ago(60)
    built: dict[str, Any] = {"built_at": at, "figures": {"opened": 3}, "figures_sha256": "f" * 64}
    if status in ("draft", "published"):
        for kind, data in (("pdf", b"%PDF-1.7"), ("csv", b"indicateur;valeur\n")):
            built[kind] = default_storage.save(f"reports/r.{kind}", ContentFile(data))
            built[f"{kind}_sha256"] = hashlib.sha256(data).hexdigest()
    if status == "published":
        built["published_at"] = at
    made: Report = Report.objects.create(
        convention=convention,
        month=date(2026, month, 1),
        status=status,
        requested_at=at,
        **(built if status != "requested" else {}),
        **given,
    )
    return made


@pytest.fixture
def shelf(commune: Commune) -> dict[str, Report]:
    own = commune.convention.convention
    theirs = signed_convention(commune.other, [commune.elsewhere.quartier]).convention
    return {
        "own requested": report(own, 3, "requested"),
        "own draft": report(own, 2, "draft"),
        "own published": report(own, 1, "published"),
        "their draft": report(theirs, 2, "draft"),
        "their published": report(theirs, 1, "published"),
        "town draft": report(None, 2, "draft"),
        "town published": report(None, 1, "published"),
    }


ALL = {
    "own requested",
    "own draft",
    "own published",
    "their draft",
    "their published",
    "town draft",
    "town published",
}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("association", set()),
        ("agent", set()),
        ("manager", {"own draft", "own published", "town published"}),
        ("service", set()),
        ("reviewer", ALL),
        ("administrator", ALL),
        ("committee", {"own published", "their published", "town published"}),
        ("stranger_association", set()),
        ("stranger_manager", {"their draft", "their published", "town published"}),
        ("nobody", set()),
    ],
)
def test_each_role_reads_its_reports_and_their_files(
    as_: As, shelf: dict[str, Report], who: str, seen: set[str]
) -> None:
    client = as_(who)
    rows = client.get(URL).json()["results"]
    assert {row["id"] for row in rows} == {shelf[name].pk for name in seen}
    for name, each in shelf.items():
        assert client.get(f"{URL}/{each.pk}").status_code == (200 if name in seen else 404)
        for kind in ("pdf", "csv"):
            served = client.get(f"{URL}/{each.pk}/{kind}")
            assert served.status_code == (200 if name in seen and "requested" not in name else 404), name
            b"".join(served)


def test_nobody_reads_no_report(as_: As, shelf: dict[str, Report]) -> None:
    for address in (URL, f"{URL}/{shelf['town published'].pk}", f"{URL}/{shelf['town published'].pk}/pdf"):
        assert as_(None).get(address).status_code == 401


def test_a_report_gives_its_figures_and_its_files(as_: As, commune: Commune, shelf: dict[str, Report]) -> None:
    client, published = as_("manager"), shelf["own published"]
    told = client.get(f"{URL}/{published.pk}").json()
    assert (told["month"], told["status"], told["figures"]) == ("2026-01-01", "published", {"opened": 3})
    assert "figures" not in client.get(URL).json()["results"][0]
    # A browser that opens a link accepts pages and little else.
    served = client.get(f"{URL}/{published.pk}/pdf", headers={"Accept": "text/html"})
    slug = commune.convention.convention.slug
    assert served["Content-Type"] == "application/pdf"
    assert served["Content-Disposition"] == f'attachment; filename="rapport-{slug}-2026-01.pdf"'
    assert served["X-Content-Type-Options"] == "nosniff"
    assert b"".join(served) == b"%PDF-1.7"
    served = client.get(f"{URL}/{published.pk}/csv")
    assert served["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(served).startswith(b"indicateur")


def test_reports_are_filtered(as_: As, commune: Commune, shelf: dict[str, Report]) -> None:
    client = as_("reviewer")

    def found(asked: str) -> set[str]:
        ids = {row["id"] for row in client.get(f"{URL}?{asked}").json()["results"]}
        return {name for name, each in shelf.items() if each.pk in ids}

    assert found(f"convention={commune.convention.convention.slug}&status=draft") == {"own draft"}
    assert found("month=2026-01") == {"own published", "their published", "town published"}
    for asked in ("month=janvier", "status=secret", "convention=x", "couleur=bleu"):
        assert client.get(f"{URL}?{asked}").status_code == 400


def test_reports_cost_the_same_for_1_and_for_20(
    as_: As, commune: Commune, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_("manager")
    report(commune.convention.convention, 1, "draft")
    with django_assert_num_queries(4):
        client.get(URL)
    for month in range(2, 12):
        report(commune.convention.convention, month, "draft")
    with django_assert_num_queries(4):
        assert len(client.get(URL).json()["results"]) == 11
