"""Work that may wait for a person, who may never come: the keyring's password is asked for by another program."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_own_thread(call: Callable[..., _Result], *arguments: object, **named: object) -> _Result:
    """Return what a call gives, or raise what it raises.

    As `asyncio.to_thread`, but with a thread that nobody waits for: those of asyncio have to end before the program
    can, and one that waits for a prompt would keep it from ending for as long as the prompt stands.
    """
    loop = asyncio.get_running_loop()
    waited_for: asyncio.Future[_Result] = loop.create_future()

    def tell(deed: Callable[[], None]) -> None:
        if not waited_for.done():
            deed()

    def work() -> None:
        try:
            result = call(*arguments, **named)
        except BaseException as error:
            failure = error
            deed = lambda: waited_for.set_exception(failure)  # noqa: E731
        else:
            deed = lambda: waited_for.set_result(result)  # noqa: E731
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, deed)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    return await waited_for
