"""The environment as this process was given it, without its API key: no process that is started here inherits that."""

from __future__ import annotations

import os
from collections.abc import Mapping

_KEY = "ALGOLIA_API_KEY"
_taken: dict[str, str] = {}


def take_key() -> None:
    """Take the key out of the environment and keep it here; once, before any process is started."""
    if _KEY in os.environ:
        _taken[_KEY] = os.environ.pop(_KEY)


def with_key() -> Mapping[str, str]:
    """Return the environment with its key."""
    return {**os.environ, **_taken}
