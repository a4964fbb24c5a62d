"""A socket that keeps whole requests and answers each alike: what two clients send to it can be compared."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

_ANSWER = b'{"runID":"6c02aeb1-775e-418e-870b-1faccd4b2c0f","eventID":"113b2068-6337-4c85-b5c2-e7b213d82925"}'


@dataclass(frozen=True)
class Received:
    """One request, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class Sink:
    """Listens on a free port of 127.0.0.1 as long as the context lasts; what it answers by default suits a push."""

    def __init__(self, answer: bytes = _ANSWER) -> None:
        received = self.received = list[Received]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                address = urlsplit(self.path)
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                received.append(Received("POST", address.path, dict(parse_qsl(address.query)), headers, body))
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="sink")
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
