"""What is wrong in a file, told so that its author finds the place."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter


@dataclass(frozen=True, slots=True)
class Flaw:
    """`sheet` is empty for the whole file, `row` is 0 for a whole sheet, `column` 0 for a whole row."""

    sheet: str
    row: int
    column: int
    heading: str
    reason: str

    @property
    def letter(self) -> str:
        return get_column_letter(self.column) if self.column else ""

    @property
    def place(self) -> str:
        """Like "Engagements, ligne 12, colonne K « Délai »"."""
        parts = [self.sheet or "Fichier"]
        if self.row:
            parts.append(f"ligne {self.row}")
        if self.heading:
            parts.append(f"colonne {self.letter} « {self.heading} »" if self.column else f"colonne « {self.heading} »")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place} : {self.reason}"


class WrongFile(Exception):
    """Everything that is wrong in a file, in the order of its sheets, rows and columns."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws


class Outdated(Exception):
    """Somebody else changed the convention since the file was compared with it; nothing was written."""
