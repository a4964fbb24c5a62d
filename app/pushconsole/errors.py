"""Every exception of the program.

The tree::

    PushConsoleError
    ├── InternalError                  a rule of ours was broken; never a user's fault
    ├── Cancelled                      work was ended because nobody waits for it, or an edit had to go first
    └── UserFacingError                sentence, remedy, retryable
        ├── LedgerFailed               a run cannot be written down, so nothing more may be sent
        ├── InputError                 a file, a line, a record or a value cannot be used
        │   ├── ValueNotUsable         a value typed into a cell
        │   ├── FilterNotUnderstood    a filter typed over the table: position
        │   └── WorkspaceFrozen        the records are in a run and cannot be edited now
        ├── CommandError               a command line or a choice that makes no sense
        ├── TargetError                the run aims at something that is not there or must not be touched
        │   ├── NotOneTask             an index that no task pushes to, or several: task_ids
        │   └── ConfigurationError     a region, an address or a setting that cannot be right
        ├── CredentialsError           no key, no profile
        │   └── KeyringError           the operating system's keyring did not do what was asked
        │       └── KeyKeptForNow      it took no key, which is kept until the program ends
        ├── ServiceError               the service answered, and not with what was asked: status, message
        │   ├── RequestRefused         400, 413 and other 4xx: the request itself is at fault
        │   ├── PermissionRefused      401, 403
        │   ├── NotFound               404
        │   ├── TooManyCalls           429: retry_after_s
        │   ├── ServiceFailed          5xx
        │   └── UnreadableAnswer       an answer that is not what the API promises
        └── ConnectionFailed           the service could not be talked to
            ├── NothingSent            no byte of the request can have left
            └── AnswerLost             the request may have arrived; nobody knows
"""

from __future__ import annotations


class PushConsoleError(Exception):
    """The root of every exception the program raises itself."""


class InternalError(PushConsoleError):
    """A rule of the program was broken by the program."""


class Cancelled(PushConsoleError):
    """Work was ended before its end: nobody waits for it any more, or an edit had to go first. Nothing was changed."""


class UserFacingError(PushConsoleError):
    """An error that is shown to a person as it is.

    Attributes:
        sentence: what happened, to what, as a whole sentence.
        remedy: what to do about it, as a whole sentence; may be empty.
        retryable: whether doing the same again later can succeed.

    """

    retryable = False

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".rstrip()


class InputError(UserFacingError):
    """A file, a line of it, a record or a value cannot be used.

    Attributes:
        file: the file's name as the user knows it, or None.
        line: the line in that file, counted from 1, or None.
        object_id: the record's objectID, or None.
        attribute: the attribute's name, or None.

    """

    def __init__(
        self,
        sentence: str,
        remedy: str = "",
        *,
        file: str | None = None,
        line: int | None = None,
        object_id: str | None = None,
        attribute: str | None = None,
    ) -> None:
        super().__init__(sentence, remedy)
        self.file = file
        self.line = line
        self.object_id = object_id
        self.attribute = attribute


class ValueNotUsable(InputError):
    """A value that was typed cannot stand in its cell."""


class FilterNotUnderstood(InputError):
    """A filter is not written as filters are.

    Attributes:
        position: the character at fault, counted from 0.

    """

    def __init__(self, sentence: str, remedy: str = "", *, position: int) -> None:
        super().__init__(sentence, remedy)
        self.position = position


class WorkspaceFrozen(InputError):
    """The records take part in an open run and cannot be changed until it ends."""


class CommandError(UserFacingError):
    """A command line or a combination of choices that makes no sense."""


class LedgerFailed(UserFacingError):
    """A run cannot be written down (full disk, no permission), so nothing more may be sent."""


class BackupFailed(UserFacingError):
    """An index could not be kept in a file, so nothing was done to it."""


class TargetError(UserFacingError):
    """A task, an index or an address that is not there or must not be pushed to."""


class NotOneTask(TargetError):
    """A push by the name of an index, which no task pushes to, or several.

    Attributes:
        task_ids: of those that do; none where there is no such task.

    """

    def __init__(self, sentence: str, remedy: str = "", *, task_ids: tuple[str, ...] = ()) -> None:
        super().__init__(sentence, remedy)
        self.task_ids = task_ids


class ConfigurationError(TargetError):
    """A region, an address or a setting that cannot be right, told before any request."""


class CredentialsError(UserFacingError):
    """No usable application ID, API key or profile."""


class KeyringError(CredentialsError):
    """The operating system's keyring is missing, locked or broken."""


class KeyKeptForNow(KeyringError):
    """The operating system's keyring did not take a key, so it is kept in memory until the program ends."""


class ServiceError(UserFacingError):
    """The service answered with something else than what was asked for.

    Attributes:
        status: the HTTP status, or None where the body of a 200 was at fault.
        message: what the service said, in its own words; empty if it said nothing readable.

    """

    def __init__(self, sentence: str, remedy: str = "", *, status: int | None, message: str = "") -> None:
        super().__init__(sentence, remedy)
        self.status = status
        self.message = message


class RequestRefused(ServiceError):
    """The service refused the request itself (400, 413 and other 4xx): sending it again changes nothing.

    Attributes:
        position: the position of the record at fault in the push, from 0, where the service names it, else None.
        object_id: the objectID of the record at fault, where the service names it, else None.

    """

    def __init__(
        self,
        sentence: str,
        remedy: str = "",
        *,
        status: int,
        message: str = "",
        position: int | None = None,
        object_id: str | None = None,
    ) -> None:
        super().__init__(sentence, remedy, status=status, message=message)
        self.position = position
        self.object_id = object_id


class PermissionRefused(ServiceError):
    """The key may not do this (401, 403)."""


class NotFound(ServiceError):
    """What the request names does not exist (404)."""


class TooManyCalls(ServiceError):
    """The service's limit of calls is reached (429).

    Attributes:
        retry_after_s: seconds the service asked to wait, or None where it did not say.

    """

    retryable = True

    def __init__(
        self, sentence: str, remedy: str = "", *, status: int, message: str = "", retry_after_s: float | None = None
    ) -> None:
        super().__init__(sentence, remedy, status=status, message=message)
        self.retry_after_s = retry_after_s


class ServiceFailed(ServiceError):
    """The service failed on its own side (5xx); whether the request took effect is not known."""

    retryable = True


class UnreadableAnswer(ServiceError):
    """The service accepted the request but its answer cannot be read; whether it took effect is not known."""


class ConnectionFailed(UserFacingError):
    """The service could not be talked to."""

    retryable = True


class NothingSent(ConnectionFailed):
    """No connection was made, so no byte of the request can have left."""


class AnswerLost(ConnectionFailed):
    """The connection broke or timed out after the request began to leave: it may have taken effect."""
