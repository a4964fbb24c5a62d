"""Runs long work on records in a process of its own, so that the window's thread never waits for the interpreter.

Python runs one thread at a time; `background_loading` has the figures that led here.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic, ParamSpec, TypeVar

from pushconsole.errors import Cancelled, InputError, InternalError, ValueNotUsable, WorkspaceFrozen

FEW = 500
"""Records that are worked on here in less time than a process takes to start, and without a stall to be seen."""

_LOOK_S = 0.05  # how soon a wish to cancel is passed on
_END_S = 5.0

_P = ParamSpec("_P")
_R = TypeVar("_R")
_REFUSALS = {kind.__name__: kind for kind in (InputError, ValueNotUsable, WorkspaceFrozen)}


@dataclass(frozen=True)
class _Result(Generic[_R]):
    """What the work returned."""

    value: _R


@dataclass(frozen=True)
class _Refusal:
    """An InputError on its way between the processes: its class and attributes, since exceptions lose theirs."""

    kind: str
    attributes: dict[str, Any]


@dataclass(frozen=True)
class _Fault:
    """An error nobody foresaw, with its traceback."""

    text: str


class KilledInTime(Exception):
    """The work did not end in time after it was cancelled, so its process was ended."""


@dataclass(frozen=True)
class Channel:
    """What work in another process has to the one that waits for it."""

    connection: Connection

    def tell(self, progress: object) -> None:
        """Send a word on the progress."""
        self.connection.send(progress)

    def tell_unless_cancelled(self, progress: object) -> None:
        """Send a word on the progress.

        Raises:
            Cancelled: the work is to end.

        """
        if self.cancelled():
            raise Cancelled
        self.tell(progress)

    def cancelled(self) -> bool:
        """Whether the work is to end; also when nobody waits any more."""
        return self.connection.poll()


def in_process(
    work: Callable[..., _R],
    *arguments: object,
    on_progress: Callable[[Any], None],
    cancelled: Callable[[], bool],
    patience_s: float,
) -> _R:
    """Return what ``work(channel, *arguments)`` returns in another process; blocks until it has ended.

    Args:
        work: a function of a module; takes a `Channel` first.
        arguments: handed on; everything has to survive pickling.
        on_progress: called in this thread with what the work tells.
        cancelled: asked every 0.05 s; True is passed on.
        patience_s: how long cancelled work may take to end itself, before its process is ended.

    Raises:
        KilledInTime: it took longer than that.
        InputError: raised by the work.
        InternalError: the process ended without a word, or the work failed.

    """
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_work, args=(theirs, work, arguments), name=work.__name__, daemon=True)
    process.start()
    theirs.close()
    try:
        result: _R = _followed(ours, on_progress, cancelled, patience_s)
    except KilledInTime:
        process.kill()
        raise
    else:
        return result
    finally:
        ours.close()  # which ends the process, if it has not ended
        process.join(_END_S)
        process.kill()


def _followed(
    connection: Connection, on_progress: Callable[[Any], None], cancelled: Callable[[], bool], patience_s: float
) -> Any:
    end_by: float | None = None
    while True:
        if end_by is None and cancelled():
            connection.send("end")
            end_by = time.monotonic() + patience_s
        if not connection.poll(_LOOK_S):
            if end_by is not None and time.monotonic() > end_by:
                raise KilledInTime
            continue
        match _received(connection):
            case _Result(value):
                return value
            case _Refusal(kind, attributes):
                raise _REFUSALS[kind](**attributes)
            case _Fault(text):
                raise InternalError(f"Work on the records failed: {text}")
            case progress:
                on_progress(progress)


def _received(connection: Connection) -> object:
    try:
        return connection.recv()
    except (EOFError, ConnectionError) as error:
        raise InternalError("The process that works on the records ended without a word.") from error


def _work(connection: Connection, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """Do the work, in the new process. Whatever comes through the pipe, its end too, means to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window, which then closes the pipe
    try:
        connection.send(_Result(work(Channel(connection), *arguments)))
    except InputError as refusal:
        kind = type(refusal).__name__
        connection.send(_Refusal(kind if kind in _REFUSALS else "InputError", vars(refusal)))
    except ConnectionError:
        pass  # nobody is there any more to hear of it
    except Exception:
        connection.send(_Fault(traceback.format_exc()))
        raise
