"""Who asks for the keyring's password on a desktop: a prompter as gnome-keyring calls it, and a person who cancels."""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType
from typing import Self

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

_NAME = "org.gnome.keyring.SystemPrompter"
_CALLBACK = "org.gnome.keyring.internal.Prompter.Callback"
_LOOK_S = 0.05


class Prompter:
    """Stands on the session's bus until it is left.

    gnome-keyring calls BeginPrompting, is told with PromptReady that it may ask, calls PerformPrompt with the question,
    gets the answer in another PromptReady, and ends with StopPrompting (gcr's org.gnome.keyring.Prompter.xml).

    Attributes:
        asked: set as long as a question stands on the screen.
        questions: what was asked, in the prompt's own words.

    """

    def __init__(self, address: str) -> None:
        self.asked = threading.Event()
        self.questions: list[str] = []
        self._bus = open_dbus_connection(bus=address)
        self._cancelled, self._ended = threading.Event(), threading.Event()
        self._open: tuple[DBusAddress, str] | None = None
        self._thread = threading.Thread(target=self._serve, name="prompter")

    def __enter__(self) -> Self:
        reply = self._bus.send_and_get_reply(message_bus.RequestName(_NAME))
        assert reply.body[0] == 1, "another prompter is there"
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._bus.close()

    def cancel(self) -> None:
        """Press Cancel at the question that stands there."""
        self._cancelled.set()

    def _serve(self) -> None:
        while not self._ended.is_set():
            if self._cancelled.is_set() and self._open is not None:
                self._answer_no()
            with contextlib.suppress(TimeoutError):
                message = self._bus.receive(timeout=_LOOK_S)
                if message.header.message_type is MessageType.method_call:
                    self._heed(message)

    def _answer_no(self) -> None:
        assert self._open is not None
        callback, _ = self._open
        self._open = None
        self._cancelled.clear()
        self.asked.clear()
        self._call(callback, "PromptReady", "sa{sv}s", ("no", {}, ""))

    def _heed(self, message: Message) -> None:
        fields = message.header.fields
        callback = DBusAddress(message.body[0], fields[HeaderFields.sender], _CALLBACK)
        self._bus.send(new_method_return(message))
        match fields[HeaderFields.member]:
            case "BeginPrompting":
                self._call(callback, "PromptReady", "sa{sv}s", ("", {}, ""))
            case "PerformPrompt":
                _, kind, properties, _ = message.body
                self.questions.append(str(properties.get("message", ("s", kind))[1]))
                self._open = callback, kind
                self.asked.set()
            case "StopPrompting":
                self._call(callback, "PromptDone", "", ())

    def _call(self, callback: DBusAddress, method: str, signature: str, body: tuple[object, ...]) -> None:
        self._bus.send(new_method_call(callback, method, signature or None, body))
