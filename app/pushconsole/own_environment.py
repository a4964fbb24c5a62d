"""The environment as this process was given it, without its keys: no process that is started here inherits them."""

from __future__ import annotations

import os
from collections.abc import Mapping

_KEYS = ("ALGOLIA_API_KEY", "ALGOLIA_ADMIN_API_KEY")
_taken: dict[str, str] = {}


def take_keys() -> None:
    """Take the keys out of the environment and keep them here; once, before any process is started."""
    for name in _KEYS:
        if name in os.environ:
            _taken[name] = os.environ.pop(name)


def with_keys() -> Mapping[str, str]:
    """Return the environment with its keys."""
    return {**os.environ, **_taken}
