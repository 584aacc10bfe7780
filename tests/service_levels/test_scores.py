"""Scores on their own scale."""

from decimal import Decimal

import pytest

from gup.service_levels.scores import Scale, ScoreError


@pytest.mark.parametrize(
    ("scale", "score", "target", "gap"),
    [
        ("0-100", "70", "70.0", 0),
        ("0-100", "69,5/100", "70.0", Decimal("-0.5")),
        ("0-4", "3,5", "3.0", Decimal("0.5")),
        ("A-E", "b", "C", 1),
        ("A-E", "C", "C", 0),
        ("A-E", "E", "C", -2),
        ("A–D", "A", "D", 3),
    ],
)
def test_the_gap_is_counted_on_the_scale(scale: str, score: str, target: str, gap: Decimal) -> None:
    assert Scale.read(scale).gap(score, target) == gap


@pytest.mark.parametrize(
    ("scale", "score"),
    [
        ("0-100", "101"),
        ("0-100", "-1"),
        ("0-100", "3/4"),
        ("0-100", "B"),
        ("0-4", "70"),
        ("A-E", "F"),
        ("A-E", "3"),
        ("A-E", ""),
        ("0-4", ""),
        ("0-100", "7\N{ARABIC-INDIC DIGIT FIVE}"),
        ("0-100", "nan"),
    ],
)
def test_a_score_of_another_scale_is_refused_with_what_would_do(scale: str, score: str) -> None:
    with pytest.raises(ScoreError, match="La note"):
        Scale.read(scale).value(score)


@pytest.mark.parametrize("scale", ["", "100", "0-0", "E-A", "A-4", "bien"])
def test_a_scale_that_is_none_is_refused(scale: str) -> None:
    with pytest.raises(ScoreError, match="échelle"):
        Scale.read(scale)


def test_a_score_is_written_one_way() -> None:
    assert Scale.read("0-100").write(" 72.0 ") == "72/100"
    assert Scale.read("0-4").write("3.50") == "3,5/4"
    assert Scale.read("A-E").write("c") == "C"
    assert Scale.read("0-100").value(Scale.read("0-100").write("72,5")) == Decimal("72.5")
