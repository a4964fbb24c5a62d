"""Stands before the routes: notes every call and does to it what the fault rules say."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from urllib.parse import unquote

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .access import API_KEY_HEADER
from .connection import abort
from .faults import Drip, Effect
from .push_body import action_of
from .service import Call, Service

CONTROL_PATH = "/sandbox/"


class Gate:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, noted and, where a rule hits it, disturbed."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PATH):
            await self._app(scope, receive, send)
            return
        call = _call(scope)
        self._service.calls.append(call)
        noted = _Noted(call, receive, send)
        try:
            effect, replayed = await self._effect(scope, noted.receive)
            if effect is None:
                await self._app(scope, replayed, noted.send)
            else:
                await self._disturb(effect, scope, replayed, noted.send)
        finally:
            noted.finish()

    async def _effect(self, scope: Scope, receive: Receive) -> tuple[Effect | None, Receive]:
        faults, method, path = self._service.faults, scope["method"], scope["path"]
        task, action = self._task(path), None
        if faults.need_action(method, path, task):
            body = await _read(receive)
            action, receive = action_of(body), _replaying(body, receive)
        return faults.pick(method, path, task, action), receive

    def _task(self, path: str) -> str | None:
        match path.split("/"):
            case ["", "2", "tasks", task_id, *_]:
                return task_id
            case ["", "1", "push", index]:
                tasks = self._service.catalogue.tasks_of_index(index)
                return str(tasks[0]["taskID"]) if len(tasks) == 1 else None
        return None

    async def _disturb(self, effect: Effect, scope: Scope, receive: Receive, send: Send) -> None:
        await self._service.processing.pause(effect.delay_s)
        if effect.close == "before_reading":
            await abort(scope, receive)
        elif effect.close == "after_reading":
            await _read(receive)
            await abort(scope, receive)
        elif effect.status is not None:
            await _read(receive)
            await self._give(_made_answer(effect), effect.drip, send)
        else:
            await self._carry_out(effect, scope, receive, send)

    async def _carry_out(self, effect: Effect, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["effect"] = effect
        given = _Answer()
        await self._app(scope, receive, given.collect)
        if effect.close == "after_applying":
            await abort(scope, receive)
            return
        if effect.body is not None:
            given = _replaced(given, effect.body)
        await self._give(given, effect.drip, send)

    async def _give(self, given: _Answer, drip: Drip | None, send: Send) -> None:
        length = (b"content-length", str(len(given.body)).encode())
        headers = [pair for pair in given.headers if pair[0] != b"content-length"]
        await send({"type": "http.response.start", "status": given.status, "headers": [*headers, length]})
        size = drip.bytes if drip else max(1, len(given.body))
        for first in range(0, len(given.body), size):
            if drip and first:
                await self._service.processing.pause(drip.interval_s)
            await send({"type": "http.response.body", "body": given.body[first : first + size], "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class _Answer:
    """An answer as a whole."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")


def _broken(body: bytes) -> bytes:
    """Cut JSON in the middle."""
    return body[: len(body) // 2]


def _html(text: str) -> bytes:
    return f"<html><head><title>Error</title></head><body><h1>{text}</h1></body></html>".encode()


_JSON_TYPE = (b"content-type", b"application/json")
_HTML_TYPE = (b"content-type", b"text/html; charset=utf-8")


def _replaced(given: _Answer, body: str) -> _Answer:
    """Put HTML or broken JSON in the place of an answer's body."""
    if body == "html":
        return _Answer(given.status, [_HTML_TYPE], _html("The answer was lost"))
    return _Answer(given.status, [_JSON_TYPE], _broken(given.body))


def _made_answer(effect: Effect) -> _Answer:
    assert effect.status is not None, "asked for only where the rule has a status"
    text = msgspec.json.encode({"message": effect.message, "status": effect.status})
    made = _Answer(effect.status, [_JSON_TYPE], text)
    if effect.body == "html":
        made = _Answer(effect.status, [_HTML_TYPE], _html(f"{effect.status} {effect.message}"))
    elif effect.body == "broken":
        made = _replaced(made, effect.body)
    made.headers += [(name.lower().encode(), value.encode()) for name, value in effect.headers.items()]
    return made


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out a body that was already read, then goes on."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _call(scope: Scope) -> Call:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    headers.pop(API_KEY_HEADER, None)
    query = unquote(scope["query_string"].decode("latin-1"))
    return Call(scope["method"], scope["path"], query, headers, time.time())


class _Noted:
    """Notes on a call what passes by."""

    def __init__(self, call: Call, receive: Receive, send: Send) -> None:
        self._call = call
        self._receive = receive
        self._send = send
        self._digest = hashlib.sha256()
        self._started = time.monotonic()

    async def receive(self) -> Message:
        message = await self._receive()
        body = message.get("body", b"")
        self._call.body_bytes += len(body)
        self._digest.update(body)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._call.status = message["status"]
            self._call.body_sha256 = self._digest.hexdigest()
        await self._send(message)

    def finish(self) -> None:
        self._call.body_sha256 = self._digest.hexdigest()
        self._call.seconds = time.monotonic() - self._started
