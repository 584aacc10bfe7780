"""The reference vectors all agree, and one that does not is named."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from gup.service_levels.vectors import differences

REFERENCE = json.loads((Path(__file__).parent / "service-level-vectors.json").read_bytes())


def changed(number: int, **fields: Any) -> dict[str, Any]:
    """The reference with one vector altered; None takes the field away."""
    document: dict[str, Any] = copy.deepcopy(REFERENCE)
    vector = document["vectors"][number]
    vector.update(fields)
    for name in [name for name, value in fields.items() if value is None]:
        del vector[name]
    return document


def index(kind: str) -> int:
    return next(number for number, vector in enumerate(REFERENCE["vectors"]) if vector["kind"] == kind)


def test_every_reference_vector_agrees() -> None:
    assert len(REFERENCE["vectors"]) == 44
    assert differences(REFERENCE) == []


def test_each_vector_that_is_a_second_off_is_named_with_what_was_expected_and_found() -> None:
    document = copy.deepcopy(REFERENCE)
    for vector in document["vectors"]:
        if vector["kind"] == "due":
            vector["due"] = vector["due"].replace(":00Z", ":01Z")
        else:
            vector["elapsed_seconds"] += 1
    lines = differences(document)
    assert [line.split(" : ")[0] for line in lines] == [vector["id"] for vector in REFERENCE["vectors"]]
    assert lines[0] == "V001 : attendu 2026-01-05T14:00:01Z, calculé 2026-01-05T14:00:00Z"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "breach"},
        {"kind": None},
        {"calendar": "MQ_NOWHERE"},
        {"calendar": ["MQ_SIMPLE"]},
        {"start": "2026-01-05"},
        {"start": "2026-01-05T13:00:00"},
        {"start": 1767618000},
        {"start": None},
        {"pauses": None},
        {"pauses": [["2026-01-05T13:00:00Z"]]},
        {"pauses": [["2026-01-05T14:00:00Z", "2026-01-05T13:00:00Z"]]},
        {"id": None},
        {"id": 7},
    ],
)
@pytest.mark.parametrize("kind", ["due", "elapsed"])
def test_what_a_vector_does_not_say_plainly_is_a_difference(kind: str, fields: dict[str, Any]) -> None:
    (line,) = differences(changed(index(kind), **fields))
    assert "illisible" in line


@pytest.mark.parametrize("minutes", [None, -1, "60", 60.0, True, 10**12])
def test_a_target_that_is_no_count_of_minutes_is_a_difference(minutes: Any) -> None:
    (line,) = differences(changed(index("due"), working_minutes=minutes))
    assert line.startswith("V001 : vecteur illisible")


@pytest.mark.parametrize("seconds", [None, "0", 0.0, False])
def test_a_length_that_is_no_count_of_seconds_is_a_difference(seconds: Any) -> None:
    (line,) = differences(changed(index("elapsed"), elapsed_seconds=seconds))
    assert "illisible" in line


@pytest.mark.parametrize("junk", ["V001", 7, None, [], {}])
def test_what_is_no_vector_is_named_by_its_place(junk: Any) -> None:
    document = copy.deepcopy(REFERENCE)
    document["vectors"][2] = junk
    (line,) = differences(document)
    assert line.startswith("n° 3 : vecteur illisible")


@pytest.mark.parametrize(
    "hours",
    [
        {},
        "08:00-16:00",
        {"tz": "Mars/Olympus", "weekly": {"mon": [["08:00", "16:00"]]}, "holidays": []},
        {"tz": "UTC", "weekly": {"lundi": [["08:00", "16:00"]]}, "holidays": []},
        {"tz": "UTC", "weekly": {}, "holidays": []},
        {"tz": "UTC", "weekly": {"mon": [[8, 16]]}, "holidays": []},
        {"tz": "UTC", "weekly": {"mon": [["08:00", "16:00"]]}, "holidays": ["1er mai"]},
        {"tz": "UTC", "weekly": {"mon": [["08:00", "16:00"]]}},
    ],
)
def test_a_calendar_that_cannot_be_read_is_a_difference_and_so_is_all_that_counts_in_it(hours: Any) -> None:
    document = copy.deepcopy(REFERENCE)
    document["calendars"]["MQ_SAT"] = hours
    first, *others = differences(document)
    assert first.startswith("calendrier MQ_SAT : illisible")
    in_it = [vector["id"] for vector in REFERENCE["vectors"] if vector["calendar"] == "MQ_SAT"]
    assert [line.split(" : ")[0] for line in others] == in_it


@pytest.mark.parametrize(
    "document", [{}, {"calendars": {}}, {"calendars": [], "vectors": []}, {"calendars": {}, "vectors": []}]
)
def test_what_is_no_file_of_vectors_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Ce fichier"):
        differences(document)
