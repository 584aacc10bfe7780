"""A browser without a screen: cookies, forms and their tokens, over a real connection."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

PATIENCE = 20.0
"""Seconds that one answer may take."""


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: bytes
    address: str

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """Somebody in front of `base` (http://host:port); with `token`, a program that speaks to the API."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base
        self.headers = {"Authorization": f"Token {token}"} if token else {}
        # No proxy of the environment: the installation is on this machine.
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor())

    def get(self, path: str) -> Answer:
        return self._ask(Request(self.base + path, headers=self.headers))

    def send(self, path: str, given: Mapping[str, Any]) -> Answer:
        """A JSON body to the API."""
        headers = {**self.headers, "Content-Type": "application/json"}
        return self._ask(Request(self.base + path, json.dumps(given).encode(), headers, method="POST"))

    def fill(self, path: str, given: Mapping[str, Any], *, to: str = "") -> Answer:
        """Open the page at `path` and send its form (to `to` where the page has several) as a browser does."""
        page = self.get(path)
        assert 'method="post"' in page.text, f"no form at {path} ({page.status})"
        # The public forms have none.
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        body = encode_multipart(BOUNDARY, {**given, **({"csrfmiddlewaretoken": found[1]} if found else {})})
        headers = {**self.headers, "Content-Type": MULTIPART_CONTENT}
        return self._ask(Request(self.base + (to or path), body, headers, method="POST"))

    def _ask(self, request: Request) -> Answer:
        try:
            answered = self.opener.open(request, timeout=PATIENCE)
        except HTTPError as refusal:
            answered = refusal
        with answered:
            status, kind = answered.status, answered.headers.get_content_type()
            return Answer(status, kind, answered.read(), answered.url)
