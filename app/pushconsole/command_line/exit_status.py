"""What the program's exit status says, and which error has which."""

from __future__ import annotations

import enum

from pushconsole.errors import (
    BackupFailed,
    CommandError,
    ConfigurationError,
    ConnectionFailed,
    CredentialsError,
    InputError,
    ServiceError,
    TargetError,
    UserFacingError,
)


class ExitStatus(enum.IntEnum):
    """The five statuses an orchestrator can act on."""

    SUCCEEDED = 0
    SOME_DID_NOT = 1
    WRONG_INPUT = 2
    WRONG_TARGET = 3
    CANCELLED = 130


class Cancelled(Exception):
    """The person at the terminal stopped a command before anything was sent."""


_WRONG_TARGET = (BackupFailed, CredentialsError, TargetError, ServiceError, ConnectionFailed)


def status_of(error: UserFacingError) -> ExitStatus:
    """Return the status for an error that came before anything was sent, or that ended a run.

    An address, a region or an application ID that cannot be right, wherever it was given, is told before any request:
    it is a wrong command. A service that is not there, or answers a question with an error, is a wrong target.
    """
    if isinstance(error, InputError | CommandError | ConfigurationError):
        return ExitStatus.WRONG_INPUT
    return ExitStatus.WRONG_TARGET if isinstance(error, _WRONG_TARGET) else ExitStatus.SOME_DID_NOT
