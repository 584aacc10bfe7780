"""Who may knock where: every route x every role x one's own, another's and a confidential object.

One letter an answer: o served, r redirected after success, l sent to the login, b refused for its input, u unknown
visitor, f forbidden, n not found, c refused in the present state. The letters of each word, in order: association,
agent, manager, service, reviewer, administrator, committee, somebody without a role, nobody logged in.
"""

from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from tests.api.conftest import Commune, commune
from tests.authorization import (
    ROLES,
    Route,
    browser,
    confidential_world,
    knock,
    other_world,
    own_world,
    routes,
)

__all__ = ["commune"]

CLOSED = "uuuuuuuuu"

# (route, method): (own, another's, own but confidential). POST bodies are empty: "b" and "c" mean an open door.
MATRIX: dict[tuple[str, str], tuple[str, str, str]] = {
    ("home", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("help", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("help-guide", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("home-seen", "POST"): ("rfffffffl", "rfffffffl", "rfffffffl"),
    ("healthz", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("incidents", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("incidents-csv", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("incidents-xlsx", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("incidents-map", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    # Nothing is ticked: back to the list.
    ("batch-new", "GET"): ("rrrrrrrrl", "rrrrrrrrl", "rrrrrrrrl"),
    ("batch-new", "POST"): ("bbbbbbbbl", "bbbbbbbbl", "bbbbbbbbl"),
    # One's own only: here those of the association that reported.
    ("batch", "GET"): ("onnnnnnnl", "nnnnnnnnl", "onnnnnnnl"),
    ("saved-views", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("saved-views", "POST"): ("bbbbbbbbl", "bbbbbbbbl", "bbbbbbbbl"),
    ("saved-view", "POST"): ("bnnnnnnnl", "nnnnnnnnl", "bnnnnnnnl"),
    ("incident-new", "GET"): ("ooofooffl", "ooofooffl", "ooofooffl"),
    ("incident-new", "POST"): ("bbbfbbffl", "bbbfbbffl", "bbbfbbffl"),
    ("incident", "GET"): ("ooonoonnl", "nnnnoonnl", "ononoonnl"),
    ("incident-verb", "POST"): ("bbbnbbnnl", "nnnnbbnnl", "bnbnbbnnl"),
    ("work-order-new", "GET"): ("noonoonnl", "nnnnoonnl", "nnnnnnnnl"),
    ("work-order-new", "POST"): ("nbbnbbnnl", "nnnnbbnnl", "nnnnnnnnl"),
    ("work-order", "GET"): ("noonoonnl", "nnnnoonnl", "nnonoonnl"),
    ("work-order-revoke", "POST"): ("nrrnrrnnl", "nnnnrrnnl", "nnrnrrnnl"),
    # Whoever holds the link; past its first page, whoever has the cookie of its button.
    ("intervention", "GET"): ("ooooooooo", "ooooooooo", "nnnnnnnnn"),
    ("intervention", "POST"): ("rrrrrrrrr", "rrrrrrrrr", "nnnnnnnnn"),
    ("intervention-order", "GET"): ("nnnnnnnnn", "nnnnnnnnn", "nnnnnnnnn"),
    ("intervention-verb", "POST"): ("nnnnnnnnn", "nnnnnnnnn", "nnnnnnnnn"),
    ("intervention-photo", "GET"): ("nnnnnnnnn", "nnnnnnnnn", "nnnnnnnnn"),
    # Nothing to take back: said on the incident's page.
    ("incident-undo", "POST"): ("rrrnrrnnl", "nnnnrrnnl", "rnrnrrnnl"),
    ("photo", "GET"): ("ooonoonnn", "nnnnoonnn", "ononoonnn"),
    ("incident-photo", "GET"): ("ooonoonnl", "nnnnoonnl", "ononoonnl"),
    # The association's member took this photo herself.
    ("photo-redact", "GET"): ("ooonoonnl", "nnnnoonnl", "ononoonnl"),
    ("photo-redact", "POST"): ("bbbnbbnnl", "nnnnbbnnl", "bnbnbbnnl"),
    ("compliance", "GET"): ("ffofooofl", "ffofooofl", "ffofooofl"),
    ("compliance-clocks", "GET"): ("ffofooffl", "ffofooffl", "ffofooffl"),
    ("compliance-clocks", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("promises", "GET"): ("foooooffl", "foooooffl", "foooooffl"),
    ("promise", "GET"): ("noonoonnl", "nnnnoonnl", "noonoonnl"),
    ("passages", "GET"): ("ooooooffl", "ooooooffl", "ooooooffl"),
    ("passage-new", "GET"): ("foooooffl", "foooooffl", "foooooffl"),
    ("passage-new", "POST"): ("fbbbbbffl", "fbbbbbffl", "fbbbbbffl"),
    ("walk-new", "GET"): ("foooooffl", "foooooffl", "foooooffl"),
    ("walk-new", "POST"): ("fbbbbbffl", "fbbbbbffl", "fbbbbbffl"),
    ("milestone-new", "GET"): ("foooooffl", "foooooffl", "foooooffl"),
    ("milestone-new", "POST"): ("fbbbbbffl", "fbbbbbffl", "fbbbbbffl"),
    ("record-withdraw", "GET"): ("noonoonnl", "nnnnoonnl", "noonoonnl"),
    ("record-withdraw", "POST"): ("nbbnbbnnl", "nnnnbbnnl", "nbbnbbnnl"),
    ("record-evidence", "GET"): ("ooonoonnl", "nnnnoonnl", "ooonoonnl"),
    ("reports", "GET"): ("ffofooofl", "ffofooofl", "ffofooofl"),
    ("reports", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("report", "GET"): ("nnonoonnl", "nnnnoonnl", "nnonoonnl"),
    ("report-publish", "POST"): ("nncnrrnnl", "nnnnrrnnl", "nncnrrnnl"),
    ("report-comment", "POST"): ("nnrnrrnnl", "nnnnrrnnl", "nnrnrrnnl"),
    ("report-rebuild", "POST"): ("nncnrrnnl", "nnnnrrnnl", "nncnrrnnl"),
    ("open-data", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("open-file", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("bilans", "GET"): ("ffofooofl", "ffofooofl", "ffofooofl"),
    ("bilans", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("bilan", "GET"): ("nnnnoonnl", "nnnnoonnl", "nnnnoonnl"),
    ("bilan-comment", "POST"): ("nnnnnnnnl", "nnnnnnnnl", "nnnnnnnnl"),
    ("bilan-publish", "POST"): ("nnnnccnnl", "nnnnccnnl", "nnnnccnnl"),
    ("bilan-file", "GET"): ("nnnnnnnnl", "nnnnnnnnl", "nnnnnnnnl"),
    ("committees", "GET"): ("ffofooofl", "ffofooofl", "ffofooofl"),
    ("committees", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("committee-decide", "POST"): ("nnbnbbbnl", "nnnnbbbnl", "nnbnbbbnl"),
    ("decision-settle", "POST"): ("nnbnbbbnl", "nnnnbbbnl", "nnbnbbbnl"),
    ("exports", "GET"): ("ffffooffl", "ffffooffl", "ffffooffl"),
    ("exports", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("export-file", "GET"): ("nnnnrrnnl", "nnnnrrnnl", "nnnnrrnnl"),
    ("report-file", "GET"): ("nnonoonnl", "nnnnoonnl", "nnonoonnl"),
    ("administration", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("people", "GET"): ("ffoffoffl", "ffoffoffl", "ffoffoffl"),
    ("invitation-new", "GET"): ("ffoffoffl", "ffoffoffl", "ffoffoffl"),
    ("invitation-new", "POST"): ("ffbffbffl", "ffbffbffl", "ffbffbffl"),
    # Those of an agent of the incident's bailleur: her manager's and the administration's to look after.
    ("invitation-renew", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("invitation-withdraw", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("person", "GET"): ("nnonnonnl", "nnnnnonnl", "nnonnonnl"),
    ("person", "POST"): ("nnfnnbnnl", "nnnnnbnnl", "nnfnnbnnl"),
    ("person-deactivate", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("person-reactivate", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("membership-patch", "GET"): ("nnonnonnl", "nnnnnonnl", "nnonnonnl"),
    ("membership-patch", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("membership-end", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("membership-resume", "POST"): ("nnrnnrnnl", "nnnnnrnnl", "nnrnnrnnl"),
    ("organisations", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("organisation", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("organisation", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("mandate-new", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("mandate-end", "POST"): ("fffffrffl", "fffffrffl", "fffffrffl"),
    ("places", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("places-import", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("places-import", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("places-import-confirm", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("places-export", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("place-new", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("place-new", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("residence", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("residence", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("residence-spot-new", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("spot", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("spot", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("audit-log", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("audit-csv", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    # Whoever holds the letter.
    ("invitation", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("invitation", "POST"): ("bbbbbbbbb", "bbbbbbbbb", "bbbbbbbbb"),
    ("blocks", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("blocks", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("block-lift", "POST"): ("fffffrffl", "fffffrffl", "fffffrffl"),
    ("devices", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("device-new", "POST"): ("bbbbbbbbl", "bbbbbbbbl", "bbbbbbbbl"),
    # The device is an agent's: hers, her manager's and the administration's to revoke.
    ("device-revoke", "POST"): ("nrrnnrnnl", "nnnnnrnnl", "nrrnnrnnl"),
    ("posters", "GET"): ("foofooffl", "foofooffl", "foofooffl"),
    ("posters-print", "POST"): ("fbbfbbffl", "fbbfbbffl", "fbbfbbffl"),
    ("poster-replace", "GET"): ("foofooffl", "fnnfooffl", "foofooffl"),
    ("poster-replace", "POST"): ("frrfrrffl", "fnnfrrffl", "frrfrrffl"),
    ("conventions", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("convention-import", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("convention-import", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("convention-import-confirm", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("convention-template", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("convention-version", "GET"): ("ooooooonl", "nnnoooonl", "ooooooonl"),
    ("convention-export", "GET"): ("ooooooonl", "nnnoooonl", "ooooooonl"),
    ("convention-activate", "POST"): ("fffffcfnl", "nnnffcfnl", "fffffcfnl"),
    ("convention-delete", "POST"): ("fffffcfnl", "nnnffcfnl", "fffffcfnl"),
    ("simulations", "GET"): ("ffffooffl", "ffffooffl", "ffffooffl"),
    ("convention-simulation", "GET"): ("ffffccffl", "ffffccffl", "ffffccffl"),
    ("convention-simulation-csv", "GET"): ("ffffccffl", "ffffccffl", "ffffccffl"),
    ("alerts", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("alerts", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("alert-end", "POST"): ("ffffbbffl", "ffffbbffl", "ffffbbffl"),
    ("calendars", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("calendar", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("calendar", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("my-messages", "GET"): ("ooooooool", "ooooooool", "ooooooool"),
    ("my-messages", "POST"): ("bbbbbbbbl", "bbbbbbbbl", "bbbbbbbbl"),
    # Whoever holds a letter; here a token that nobody signed.
    ("unsubscribe", "GET"): ("nnnnnnnnn", "nnnnnnnnn", "nnnnnnnnn"),
    ("unsubscribe", "POST"): ("nnnnnnnnn", "nnnnnnnnn", "nnnnnnnnn"),
    ("outgoing", "GET"): ("fffffoffl", "fffffoffl", "fffffoffl"),
    ("outgoing-retry", "POST"): ("fffffrffl", "fffffrffl", "fffffrffl"),
    ("outgoing-abandon", "POST"): ("fffffbffl", "fffffbffl", "fffffbffl"),
    ("mailbox", "GET"): ("nnnnnonnl", "nnnnnonnl", "nnnnnonnl"),
    ("letter", "GET"): ("nnnnnonnl", "nnnnnonnl", "nnnnnonnl"),
    ("terrain", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("terrain-worker", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("terrain-manifest", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("qr", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("qr", "POST"): ("bbbbbbbbb", "bbbbbbbbb", "bbbbbbbbb"),
    ("qr-support", "POST"): ("ooooooooo", "ooooooooo", "nnnnnnnnn"),
    ("follow-up", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("follow-up-verb", "POST"): ("ccccccccc", "ccccccccc", "ccccccccc"),
    ("follow-up-photo", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("api:me", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:quartier-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:quartier-detail", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:residence-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:residence-detail", "GET"): ("ooooooonu", "nnnoooonu", "ooooooonu"),
    ("api:spot-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:spot-detail", "GET"): ("ooooooonu", "nnnoooonu", "ooooooonu"),
    ("api:category-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:category-detail", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:convention-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:convention-detail", "GET"): ("ooooooonu", "nnnoooonu", "ooooooonu"),
    ("api:incident-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:incident-list", "POST"): ("bbbfbbffu", "bbbfbbffu", "bbbfbbffu"),
    ("api:incident-detail", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:incident-acknowledge", "POST"): ("foonffnnu", "nnnnffnnu", "fnonffnnu"),
    ("api:incident-arbitrate", "POST"): ("fffnbbnnu", "nnnnbbnnu", "fnfnbbnnu"),
    ("api:incident-assign", "POST"): ("fbbnffnnu", "nnnnffnnu", "fnbnffnnu"),
    ("api:incident-attend", "POST"): ("foonffnnu", "nnnnffnnu", "fnonffnnu"),
    ("api:incident-comment", "POST"): ("bbbnbbnnu", "nnnnbbnnu", "bnbnbbnnu"),
    ("api:incident-confirm", "POST"): ("cccnccnnu", "nnnnccnnu", "cncnccnnu"),
    ("api:incident-contest", "POST"): ("bbbnbbnnu", "nnnnbbnnu", "bnbnbbnnu"),
    ("api:incident-decline", "POST"): ("fbbnbbnnu", "nnnnbbnnu", "fnbnbbnnu"),
    ("api:incident-hold", "POST"): ("bbbnbbnnu", "nnnnbbnnu", "bnbnbbnnu"),
    ("api:incident-make-safe", "POST"): ("foonffnnu", "nnnnffnnu", "fnonffnnu"),
    ("api:incident-merge-into", "POST"): ("fbbnbbnnu", "nnnnbbnnu", "fnbnbbnnu"),
    ("api:incident-plan", "POST"): ("fbbnffnnu", "nnnnffnnu", "fnbnffnnu"),
    ("api:incident-propose-transfer", "POST"): ("fbbnffnnu", "nnnnffnnu", "fnbnffnnu"),
    ("api:incident-reopen", "POST"): ("bbbnbbnnu", "nnnnbbnnu", "bnbnbbnnu"),
    ("api:incident-reprioritise", "POST"): ("fbbnbbnnu", "nnnnbbnnu", "fnbnbbnnu"),
    ("api:incident-requalify", "POST"): ("fbbnbbnnu", "nnnnbbnnu", "fnbnbbnnu"),
    ("api:incident-resolve", "POST"): ("fbbnffnnu", "nnnnffnnu", "fnbnffnnu"),
    ("api:incident-resume", "POST"): ("cccnccnnu", "nnnnccnnu", "cncnccnnu"),
    ("api:incident-undo", "POST"): ("fffnffnnu", "nnnnffnnu", "fnfnffnnu"),
    ("api:incident-support", "POST"): ("offnffnnu", "nnnnffnnu", "onfnffnnu"),
    ("api:incident-transfer", "POST"): ("ffbnbbnnu", "nnnnbbnnu", "fnbnbbnnu"),
    ("api:incident-unmerge", "POST"): ("cccnccnnu", "nnnnccnnu", "cncnccnnu"),
    ("api:incident-event-list", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:incident-photo-list", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:incident-photo-list", "POST"): ("bbbnbbnnu", "nnnnbbnnu", "bnbnbbnnu"),
    ("api:incident-clock-list", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:photo-display", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:photo-thumbnail", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:escalation-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:escalation-detail", "GET"): ("ooonoonnu", "nnnnoonnu", "ononoonnu"),
    ("api:report-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:report-detail", "GET"): ("nnonoonnu", "nnnnoonnu", "nnonoonnu"),
    ("api:report-csv", "GET"): ("nnonoonnu", "nnnnoonnu", "nnonoonnu"),
    ("api:report-pdf", "GET"): ("nnonoonnu", "nnnnoonnu", "nnonoonnu"),
    ("api:cyclonealert-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:cyclonealert-list", "POST"): ("ffffbbffu", "ffffbbffu", "ffffbbffu"),
    ("api:cyclonealert-detail", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:cyclonealert-end", "POST"): ("ffffbbffu", "ffffbbffu", "ffffbbffu"),
    ("api:passage-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:passage-list", "POST"): ("fbbbbbffu", "fbbbbbffu", "fbbbbbffu"),
    ("api:passage-detail", "GET"): ("ooonoonnu", "nnnnoonnu", "ooonoonnu"),
    ("api:passage-evidence", "GET"): ("ooonoonnu", "nnnnoonnu", "ooonoonnu"),
    ("api:passage-withdraw", "POST"): ("fbbnbbffu", "fnnnbbffu", "fbbnbbffu"),
    ("api:walk-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:walk-list", "POST"): ("fbbbbbffu", "fbbbbbffu", "fbbbbbffu"),
    ("api:walk-detail", "GET"): ("ooonoonnu", "nnnnoonnu", "ooonoonnu"),
    ("api:walk-evidence", "GET"): ("ooonoonnu", "nnnnoonnu", "ooonoonnu"),
    ("api:walk-withdraw", "POST"): ("fbbnbbffu", "fnnnbbffu", "fbbnbbffu"),
    ("api:milestone-list", "GET"): ("oooooooou", "oooooooou", "oooooooou"),
    ("api:milestone-list", "POST"): ("fbbbbbffu", "fbbbbbffu", "fbbbbbffu"),
    ("api:milestone-detail", "GET"): ("ooonoonnu", "nnnnoonnu", "ooonoonnu"),
    ("api:milestone-evidence", "GET"): ("ooonoonnu", "nnnnoonnu", "ooonoonnu"),
    ("api:milestone-withdraw", "POST"): ("fbbnbbffu", "fnnnbbffu", "fbbnbbffu"),
    ("api:promised-month-detail", "GET"): ("noonoonnu", "nnnnoonnu", "noonoonnu"),
    ("api:missing", "GET"): ("nnnnnnnnu", "nnnnnnnnu", "nnnnnnnnu"),
    # A session opens nothing of the field; tests/api/field knocks with the token of a phone.
    ("api:field-enrol", "POST"): ("bbbbbbbbb", "bbbbbbbbb", "bbbbbbbbb"),
    ("api:field-me", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-reference", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-duplicates", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-incidents", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-report", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-incident", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-action", "POST"): (CLOSED, CLOSED, CLOSED),
    ("api:field-photo", "POST"): (CLOSED, CLOSED, CLOSED),
    ("api:field-thumbnail", "GET"): (CLOSED, CLOSED, CLOSED),
    ("api:field-passage", "POST"): (CLOSED, CLOSED, CLOSED),
    ("schema", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
    ("docs", "GET"): ("ooooooooo", "ooooooooo", "ooooooooo"),
}
BY_NAME = {route.name: route for route in routes()}


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert {name for name, _ in MATRIX} == set(BY_NAME)


def test_every_named_route_is_told_apart() -> None:
    assert len(BY_NAME) == len(routes())


@pytest.fixture
def letters(settings: Settings, tmp_path: Path) -> None:
    """The embedded default's mail, with one letter in it."""
    settings.EMAIL_BACKEND = "gup.notifications.letters.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    (tmp_path / "personne.eml").write_bytes(b"To: a@essai.example\nSubject: s\n\nx")


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize("column", range(len(ROLES)), ids=[str(role) for role in ROLES])
def test_each_role_finds_the_doors_that_are_its_own(commune: Commune, column: int) -> None:
    role = ROLES[column]
    client = browser(commune.people[role] if role else None)
    worlds = (own_world(commune), other_world(commune), confidential_world(commune))
    wrong = []
    for (name, method), words in MATRIX.items():
        route: Route = BY_NAME[name]
        for world, word in zip(worlds, words, strict=True):
            before = transaction.savepoint()
            found = knock(client, world.address(route), method)
            transaction.savepoint_rollback(before)
            if found != word[column]:
                wrong.append(f"{method} {world.address(route)} as {role}: {found}, expected {word[column]}")
    assert wrong == []
