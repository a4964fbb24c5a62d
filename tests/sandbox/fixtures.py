"""A sandbox for tests: one process a session, taken back to its start before every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pushconsole.sandbox import RunningSandbox, launch
from tests.sandbox.caller import Caller


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[RunningSandbox]:
    """Start the process that all tests share; tests want `sandbox`."""
    with launch(delay_s=0) as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: RunningSandbox) -> RunningSandbox:
    """Take the sandbox back to its start: no index, no run, no fault; indexing without delay."""
    with Caller(sandbox_process) as caller:
        caller.control("POST", "/sandbox/reset").raise_for_status()
    return sandbox_process


@pytest.fixture
def caller(sandbox: RunningSandbox) -> Iterator[Caller]:
    """Open connections to the sandbox, with its key."""
    with Caller(sandbox) as opened:
        yield opened
