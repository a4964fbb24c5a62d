"""A server of files on 127.0.0.1 with what goes wrong as switches, for what fetches them; S3's answers included."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class FileServer:
    """Serves `files` by path.

    Attributes:
        files: the bytes by path.
        statuses: paths answered with a status instead.
        redirects: paths that lead elsewhere.
        cut: paths whose connection breaks after half of the bytes.
        stalled: paths that stop in the middle until the server ends.
        signed_only: answer 403 to what carries no signature of version 4.
        asked: the query of each request by path.
        address: where it is.

    """

    files: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    stalled: set[str] = field(default_factory=set)
    signed_only: bool = False
    asked: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    address: str = ""
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def file_server() -> Iterator[FileServer]:
    """Run a server as long as the context lasts."""
    state = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            state.asked[path] = query
            if to := state.redirects.get(path):
                self.send_response(302)
                self.send_header("location", to)
                self.end_headers()
                return
            unsigned = state.signed_only and not ({"X-Amz-Signature", "X-Amz-Credential"} <= query.keys())
            status = 403 if unsigned else state.statuses.get(path, 200 if path in state.files else 404)
            body = state.files[path] if status == 200 else b"<Error/>"
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if path in state.cut | state.stalled:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                if path in state.stalled:
                    state.over.wait(60)
                return
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
