"""The road between the program and a sandbox, which can be closed, cut and left to lead nowhere."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine
from typing import Any, Self
from urllib.parse import urlsplit

_CHUNK = 65_536


class Road:
    """A relay on a port of its own, on a thread of its own; as a context manager it is there and goes again.

    Attributes:
        url: where it begins, in place of the address it leads to.
        travellers: how many connections came on it so far.

    """

    def __init__(self, to: str) -> None:
        self._to = urlsplit(to)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="road")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.WriteTransport] = set()
        self._silent: set[asyncio.WriteTransport] = set()
        self.travellers = 0
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            self._port: int = held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self.reopen()
        return self

    def __exit__(self, *_: object) -> None:
        self._done(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def reopen(self) -> None:
        """Let new connections come."""
        self._done(self._listen())

    def close(self) -> None:
        """Break every connection and refuse new ones: the network is gone."""
        self._done(self._shut())

    def forget(self) -> None:
        """Let nothing more through on the connections there are, and tell nobody: what a router does after a sleep."""
        self._done(self._fall_silent())

    def _done(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._open):
            transport.abort()

    async def _fall_silent(self) -> None:
        self._silent |= self._open

    async def _end(self) -> None:
        await self._shut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self.travellers += 1
        there, on = await asyncio.open_connection(self._to.hostname, self._to.port)
        ends: set[asyncio.WriteTransport] = {back.transport, on.transport}
        self._open |= ends
        try:
            await asyncio.gather(self._relay(here, on), self._relay(there, back))
        finally:
            self._open -= ends
            self._silent -= ends

    async def _relay(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(_CHUNK):
                if to.transport not in self._silent:
                    to.write(chunk)
                    await to.drain()
        if to.transport not in self._silent:
            to.close()
