"""The HTTP connection, which can be aborted under a request's feet."""

from __future__ import annotations

import asyncio
import os
import socket
import struct

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class AbortableProtocol(H11Protocol):
    """Uvicorn's protocol, with its transport in the state of every request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where `abort` finds it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def abort(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request, and wait until the server knows that it is gone.

    Without lingering, the peer sees a reset (ECONNRESET) and not the polite end of an answer.
    """
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
