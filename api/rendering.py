"""JSON out, by orjson: lists are the hot path."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class Json(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else as_json(data)


class WhateverIsAsked(DefaultContentNegotiation):
    """For files: a browser's <img> accepts only images, and still reads a refusal in JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


def as_json(data: Any) -> bytes:
    """Instants in UTC, ended by Z; what orjson does not know (decimals, lazy translations) as text."""
    return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)
