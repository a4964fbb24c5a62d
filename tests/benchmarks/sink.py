"""A service that answers at once: every push is accepted, every event has succeeded. Run as a process of its own.

It reads what is announced as the body's length and looks at nothing, so that what is measured is the sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_CHECKOUT = Path(__file__).parents[2]
_RUN = "6c02aeb1-775e-418e-870b-1faccd4b2c0f"
_EVENT = "113b2068-6337-4c85-b5c2-e7b213d82925"
_ACCEPTED = f'{{"runID":"{_RUN}","eventID":"{_EVENT}"}}'.encode()
_SUCCEEDED = (
    f'{{"eventID":"{_EVENT}","runID":"{_RUN}","status":"succeeded","type":"record","batchSize":1,"data":null,'
    '"publishedAt":"2026-01-01T00:00:00Z"}'
).encode()


@contextlib.contextmanager
def running_sink() -> Iterator[str]:
    """Run it; yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.sink"], cwd=_CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = 0
            if (at := head.find(b"content-length:")) >= 0:
                length = int(head[at + 15 : head.index(b"\r\n", at)])
            while length:
                length -= len(await reader.read(min(length, 1 << 20)))
            body = _SUCCEEDED if head.startswith(b"get") else _ACCEPTED
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
            writer.write(head + body)
    writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, limit=1 << 20)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
