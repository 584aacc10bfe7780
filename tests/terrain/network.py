"""The network between a phone and the server, and all that it does to what passes: a real proxy."""

import http.client
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORTAL = b"<!doctype html><title>Wi-Fi</title><h1>Bienvenue : connectez-vous</h1>"
OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Exchange:
    """One request on its way; `forward` says it to the server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int

    def forward(self) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(self.method, self.path, self.body or None, self.headers)
            answer = connection.getresponse()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in OF_ONE_HOP]
            return Reply(answer.status, kept, answer.read())
        finally:
            connection.close()


Fault = Callable[[Exchange], Reply | None]
"""What becomes of an exchange: a reply, or None when the connection breaks."""


def cut(exchange: Exchange) -> None:
    """Nothing arrives."""


def lose_the_answer(exchange: Exchange) -> None:
    """The server has heard and done it; the phone never knows."""
    exchange.forward()


def captive_portal(exchange: Exchange) -> Reply:
    return Reply(200, [("Content-Type", "text/html; charset=utf-8")], PORTAL)


def spoil(exchange: Exchange) -> Reply:
    """The body arrives with a byte changed."""
    exchange.body = exchange.body[:-1] + bytes([exchange.body[-1] ^ 1])
    return exchange.forward()


@dataclass
class Rule:
    method: str
    part: str
    fault: Fault
    times: int


@dataclass
class Network:
    """Listens on `address`; faults are set by `on`, and `heard` is what the server answered to each demand."""

    upstream: int
    rules: list[Rule] = field(default_factory=list)
    heard: list[tuple[str, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def on(self, method: str, part: str, fault: Fault, *, times: int = 10**9) -> None:
        """The next `times` requests of this method whose path holds `part` meet the fault; "" is any."""
        self.rules.append(Rule(method, part, fault, times))

    def mend(self) -> None:
        self.rules.clear()

    def said(self, method: str, part: str) -> list[int]:
        """The statuses that the server gave to such requests."""
        return [status for verb, path, status in self.heard if verb == method and part in path]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def carry(self, exchange: Exchange) -> Reply | None:
        with self.lock:
            found = next((rule for rule in self.rules if _is_about(rule, exchange) and rule.times > 0), None)
            if found is not None:
                found.times -= 1
        reply = found.fault(exchange) if found is not None else exchange.forward()
        if reply is not None:
            self.heard.append((exchange.method, exchange.path, reply.status))
        return reply


def _is_about(rule: Rule, exchange: Exchange) -> bool:
    return rule.method in ("", exchange.method) and rule.part in exchange.path


def _handler(network: Network) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_ONE_HOP}
            body = self.rfile.read(length)
            reply = None
            with suppress(OSError, http.client.HTTPException):
                reply = network.carry(Exchange(self.command, self.path, headers, body, network.upstream))
            if reply is None:
                return
            with suppress(OSError):
                self.send_response_only(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_HEAD = answer

        def log_message(self, *words: object) -> None:
            """The suite's output is for the suite."""

    return Handler
