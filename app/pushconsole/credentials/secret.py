"""A value that nobody sees by accident."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NoReturn, Self, SupportsIndex
from urllib.parse import quote

from pushconsole import errors

_MASK = "********"  # always the same length: the key's own length is nobody's business either


class Secret:
    """An API key that shows a mask wherever it is printed, formatted, logged or copied.

    `reveal` is the only way to the key. White space around it, which comes along with copy and paste, is dropped.

    Raises:
        errors.CredentialsError: the text is empty or cannot stand in an HTTP header, so that it is no API key.

    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        stripped = value.strip()
        fault = _fault(stripped)
        if fault:
            del value, stripped  # a report that prints local variables would show them
            raise errors.CredentialsError(fault, "Copy the whole key once more from the Algolia dashboard.")
        self._value = stripped

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # a hash would say whether two secrets are equal faster than __eq__ may

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> NoReturn:
        raise TypeError("A secret is not written anywhere, so it cannot be pickled.")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        self.__getstate__()


def _fault(key: str) -> str:
    """Return the sentence that says why a text is no API key, without quoting it; empty if it may be one."""
    if not key:
        return "The API key is empty."
    for position, character in enumerate(key, 1):
        if not "!" <= character <= "~":
            return f"The API key cannot be right: character {position} of {len(key)} is a blank or not a plain letter."
    return ""


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Return `text` with a mask in place of every secret, also where it stands quoted in an address."""
    forms = {form for secret in secrets for form in (secret.reveal(), quote(secret.reveal(), safe=""))}
    for form in sorted(forms, key=len, reverse=True):  # the longest first: one secret may begin another
        text = text.replace(form, _MASK)
    return text
