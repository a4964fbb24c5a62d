"""The sandbox in this process: socket, announcement, serving, stopping."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from . import control_routes, observability_routes, push_routes, resource_routes, search_routes, transformation_routes
from .answers import cut_off, refused, unknown_path
from .catalogue import APP_ID
from .connection import AbortableProtocol
from .errors import Refusal, SandboxNotStarted
from .gate import Gate
from .launch import Announce
from .residence import Residence, residence, usable
from .service import Service
from .settings import Settings

HOST = "127.0.0.1"
# Longer than clients keep idle connections, so that it is never the server that closes one just as it is used again.
KEEP_ALIVE_S = 75
STOP_WITHIN_S = 2


def run_server(*, port: int, data: Path | None, delay_s: float, announce: Announce, stop_with_stdin: bool) -> None:
    """Do what `serve` promises."""
    with _listening(port) as listener, residence(data) as resident:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        with usable(data):
            service = Service(data, Settings(delay_s=delay_s))

        def ready() -> None:
            announcement = _announcement(service, url)
            if resident is not None:
                resident.announce(announcement)
            announce(announcement)

        config = uvicorn.Config(
            _application(service, ready),
            http=AbortableProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        server = _Server(config, service.processing.hurry)
        if stop_with_stdin:
            threading.Thread(target=server.stop_after_stdin, args=(resident,), name="stdin", daemon=True).start()
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn's server, which ends quickly and lets the program go on after a signal."""

    def __init__(self, config: uvicorn.Config, hurry: Callable[[], None]) -> None:
        super().__init__(config)
        self._hurry = hurry

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the pauses first, so that nobody waits in a request when the server waits for its requests."""
        self._hurry()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal without raising it again, which would skip the removal of temporary files."""
        names = (signal.SIGINT, signal.SIGTERM)
        before = {name: signal.signal(name, self._stop) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.should_exit = True

    def stop_after_stdin(self, resident: Residence | None) -> None:
        """Stop when standard input ends, which it does whichever way the process holding its other end goes.

        Where others have joined the sandbox meanwhile, it stays until the last of them is gone.
        """
        # Not sys.stdin.read(): a thread waiting in it holds a lock that the interpreter wants when it exits.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        if resident is not None:
            resident.wait_until_alone()
        self.should_exit = True


def _listening(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where it sees that the protocol is TCP; without it each request takes 45 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SandboxNotStarted(f"The port {port} of this machine cannot be used: {reason}.") from error
    # From here on a connection waits instead of being refused, so that an announced sandbox can be called.
    listener.listen(512)
    return listener


def _application(service: Service, ready: Callable[[], None]) -> ASGIApp:
    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await service.open()
        ready()
        yield
        await service.close()

    rooms = (push_routes, transformation_routes, resource_routes, observability_routes, search_routes, control_routes)
    app = Starlette(
        routes=[route for room in rooms for route in room.ROUTES],
        exception_handlers={Refusal: refused, HTTPException: unknown_path, ClientDisconnect: cut_off},
        lifespan=lifespan,
    )
    app.state.service = service
    return Gate(app, service)


def _announcement(service: Service, url: str) -> dict[str, object]:
    catalogue = service.catalogue
    tasks = [
        {
            "task_id": task["taskID"],
            "name": catalogue.get("destination", task["destinationID"])["name"],
            "index": catalogue.index_of(task),
        }
        for task in catalogue.all("task")
    ]
    return {"ingestion_url": url, "search_url": url, "app_id": APP_ID, "api_key": catalogue.api_key, "tasks": tasks}
