"""A service that accepts every push, and whose events have all succeeded. Run as a process of its own.

It reads what is announced as the body's length and looks at nothing, so that what is measured is the sender. It answers
at once; with ``--limits`` it keeps to the documented ones, 5 MB a call and 500 calls a minute, and takes 300 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from pushconsole.sandbox import RunningSandbox

CALLS_A_MINUTE = 500
MOST_BYTES = 5_000_000
LATENCY_S = 0.3
TASK = "11111111-1111-4111-8111-111111111111"
_CHECKOUT = Path(__file__).parents[2]
_RUN = "6c02aeb1-775e-418e-870b-1faccd4b2c0f"
_EVENT = "113b2068-6337-4c85-b5c2-e7b213d82925"
_ACCEPTED = {"runID": _RUN, "eventID": _EVENT}
_JOINED = {"taskID": TASK, "sourceID": TASK, "destinationID": TASK, "enabled": True}
_SOURCE = {"sourceID": TASK, "type": "push", "name": "Products"}
_DESTINATION = {"destinationID": TASK, "type": "search", "name": "products", "input": {"indexName": "products"}}
_ANSWERS: dict[str, object] = {
    f"GET /2/tasks/{TASK}": _JOINED,
    "GET /2/tasks": {"tasks": [_JOINED], "pagination": {"nbPages": 1}},
    "GET /1/transformations": {"transformations": [], "pagination": {"nbPages": 1}},
    "GET /1/sources/": _SOURCE,
    "GET /1/destinations/": _DESTINATION,
    "GET /1/keys/": {"acl": ["addObject", "deleteIndex", "editSettings"]},
    "POST /1/sources/search": [_SOURCE],
    "POST /1/destinations/search": [_DESTINATION],
    "GET /1/runs/": {"eventID": _EVENT, "runID": _RUN, "status": "succeeded", "type": "record", "batchSize": 1},
}


@contextlib.contextmanager
def running_sink(*, limits: bool = False) -> Iterator[str]:
    """Run it; yield its address."""
    command = [sys.executable, "-m", "tests.benchmarks.sink", *(["--limits"] if limits else [])]
    process = subprocess.Popen(command, cwd=_CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def as_sandbox(url: str) -> RunningSandbox:
    """Return the sink as what a window aims at."""
    announcement = {"ingestion_url": url, "search_url": url, "app_id": "SINKOFALL0", "api_key": "key", "tasks": []}
    return RunningSandbox(json.dumps(announcement), lambda: None, process_id=1)


class _Gate:
    """Refuses what is over the limits, where there are any."""

    def __init__(self, *, limits: bool) -> None:
        self._limits = limits
        self._calls: deque[float] = deque()

    async def pushed(self, body_bytes: int) -> tuple[int, object]:
        """Return the status and the answer of one push."""
        if not self._limits:
            return 200, _ACCEPTED
        now = time.monotonic()
        while self._calls and self._calls[0] < now - 60:
            self._calls.popleft()
        if len(self._calls) >= CALLS_A_MINUTE:
            return 429, {"message": f"more than {CALLS_A_MINUTE} calls a minute", "status": 429}
        self._calls.append(now)
        await asyncio.sleep(LATENCY_S)
        if body_bytes > MOST_BYTES:
            return 413, {"message": "the body is too large", "status": 413}
        return 200, _ACCEPTED


async def _serve(gate: _Gate) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                body_bytes = await _passed(reader, head.lower())
                status, said = 200, next((a for path, a in _ANSWERS.items() if head.startswith(path)), None)
                if said is None:
                    status, said = await gate.pushed(body_bytes)
                body = json.dumps(said).encode()
                writer.write(b"HTTP/1.1 %d -\r\ncontent-type: application/json\r\n" % status)
                writer.write(b"content-length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 20)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def _passed(reader: asyncio.StreamReader, head: str) -> int:
    """Read a body and return its length in bytes."""
    length = left = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
    while left:
        left -= len(await reader.read(min(left, 1 << 20)))
    return length


if __name__ == "__main__":
    asyncio.run(_serve(_Gate(limits="--limits" in sys.argv)))
