"""The scores of a walk: numbers or letters, compared on their own scale and on no other."""

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
_NUMERIC_SCALE = re.compile(rf"({_NUMBER})\s*[-–]\s*({_NUMBER})", re.ASCII)
_LETTER_SCALE = re.compile(r"([A-Z])\s*[-–]\s*([A-Z])")
_NUMERIC_SCORE = re.compile(rf"({_NUMBER})(?:\s*/\s*({_NUMBER}))?", re.ASCII)


class ScoreError(ValueError):
    """A scale that cannot be read, or a score that is not of its scale; the French message says what would be."""


@dataclass(frozen=True, slots=True)
class Scale:
    """ "0-100" or "0-4": numbers, the greater the better. "A-E": letters, the first is the best.

    `low` and `high` are values: for letters, the steps above the worst.
    """

    low: Decimal
    high: Decimal
    letters: str = ""

    @classmethod
    def read(cls, text: str) -> "Scale":
        """The scale that a convention writes. Raises ScoreError."""
        if numbers := _NUMERIC_SCALE.fullmatch(text.strip()):
            low, high = _decimal(numbers[1]), _decimal(numbers[2])
            if low < high:
                return cls(low, high)
        if ends := _LETTER_SCALE.fullmatch(text.strip().upper()):
            letters = "".join(chr(code) for code in range(ord(ends[1]), ord(ends[2]) + 1))
            if len(letters) > 1:
                return cls(Decimal(0), Decimal(len(letters) - 1), letters)
        raise ScoreError(f"L'échelle « {text} » ne se lit pas : écrivez-la comme 0-100 ou A-E.")

    def value(self, score: str) -> Decimal:
        """What a score is worth; the greater the better. Raises ScoreError for one that is not of this scale."""
        text = score.strip().upper()
        if self.letters:
            if len(text) == 1 and text in self.letters:
                return Decimal(len(self.letters) - 1 - self.letters.index(text))
            raise ScoreError(f"La note est une lettre de {self.letters[0]} (la meilleure) à {self.letters[-1]}.")
        parts = _NUMERIC_SCORE.fullmatch(text)
        if parts and (parts[2] is None or _decimal(parts[2]) == self.high):
            number = _decimal(parts[1])
            if self.low <= number <= self.high:
                return number
        raise ScoreError(f"La note va de {_written(self.low)} à {_written(self.high)}.")

    def write(self, score: str) -> str:
        """The score as it is kept and shown: "72/100", "3,5/4", "C". Raises ScoreError."""
        value = self.value(score)
        return score.strip().upper() if self.letters else f"{_written(value)}/{_written(self.high)}"

    def gap(self, score: str, target: str) -> Decimal:
        """How far above the target (below: negative), in points, or in letters. Raises ScoreError."""
        return self.value(score) - self.value(target)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _written(number: Decimal) -> str:
    """Without useless zeros, with a French comma."""
    whole = number.to_integral_value()
    return str(whole) if number == whole else str(number.normalize()).replace(".", ",")
