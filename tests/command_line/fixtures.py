"""A prompt for tests."""

from __future__ import annotations

import pytest

from pushconsole.sandbox import RunningSandbox
from tests.command_line.shell import Shell


@pytest.fixture
def shell(sandbox: RunningSandbox) -> Shell:
    """Give a prompt with the sandbox's credentials."""
    return Shell(sandbox)
