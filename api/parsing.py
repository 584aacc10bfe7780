"""JSON in: an object, of a sane depth and size, in valid Unicode; anything else is a 400 that says why."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

MAX_BODY = 256 * 1024


class StrictJson(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object in the body. Raises ParseError with the reason."""
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise ParseError("Le corps de la demande dépasse 256 Ko.")
        if not body.strip():
            return {}
        try:
            read = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
            is_clean = _is_text_clean(read)
        except RecursionError as deep:
            raise ParseError("Ce JSON est imbriqué trop profondément.") from deep
        except (UnicodeDecodeError, ValueError) as unreadable:
            raise ParseError("Ce JSON est illisible.") from unreadable
        if not isinstance(read, dict):
            raise ParseError("Le corps doit être un objet JSON.")
        if not is_clean:
            raise ParseError("Ce JSON contient des caractères illisibles (NUL ou demi-caractère).")
        return read


class StrictForm(MultiPartParser):
    """A form with files, as phones send photos."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        """The fields and files. Raises ParseError with the reason."""
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as unreadable:
            raise ParseError("Cet envoi de formulaire est illisible ou incomplet.") from unreadable


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _is_text_clean(value: Any) -> bool:
    if isinstance(value, str):
        return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_text_clean(each) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return all(_is_text_clean(each) for each in value)
    return True
