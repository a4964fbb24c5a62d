"""Fixtures of the sandbox's tests."""

from __future__ import annotations

from tests.sandbox.fixtures import caller, sandbox, sandbox_process

__all__ = ["caller", "sandbox", "sandbox_process"]
