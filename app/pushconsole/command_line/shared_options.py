"""Options that several commands have, spelled out once: a command takes what is made of them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable


def sharing(**makers: Callable[..., object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command, in place of each argument named here, the options that its maker takes.

    ``@sharing(choice=Choice)`` on ``def tasks(*, choice: Choice)`` makes a command with the options of `Choice`.
    """

    def dressed(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def made(**given: object) -> None:
            for name, maker in makers.items():
                options = inspect.signature(maker).parameters
                given[name] = maker(**{option: given.pop(option) for option in options})
            command(**given)

        made.__signature__ = _expanded(inspect.signature(command, eval_str=True), makers)  # type: ignore[attr-defined]
        return made

    return dressed


def _expanded(own: inspect.Signature, makers: dict[str, Callable[..., object]]) -> inspect.Signature:
    parameters: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        if name in makers:
            parameters += inspect.signature(makers[name], eval_str=True).parameters.values()
        else:
            parameters.append(parameter)
    return own.replace(parameters=[one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters])
