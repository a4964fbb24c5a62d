"""What can go wrong in the sandbox: a refusal told to a caller, and a sandbox that does not start."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A request is answered with an error.

    Attributes:
        status: the HTTP status.
        message: the text of the answer's `message`.
        details: further keys of the answer's body.
        headers: further headers of the answer.

    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    @classmethod
    def not_found(cls, kind: str, identifier: str) -> Refusal:
        """Answer 404 in the words and with the code of the real service."""
        details = {"error": {"code": "resource_not_found"}}
        return cls(404, f"cannot find {kind} {identifier}", details=details)


class BatchRefused(Exception):
    """A push was accepted, but one of its records cannot be indexed, so nothing of the push is.

    Attributes:
        position: the record's position in the push, counted from 0.
        object_id: the record's objectID.

    """

    def __init__(self, message: str, *, position: int, object_id: str) -> None:
        super().__init__(message)
        self.position = position
        self.object_id = object_id

    @property
    def data(self) -> dict[str, object]:
        """What the failed event says in its `data`."""
        return {"message": str(self), "position": self.position, "objectID": self.object_id}


class SandboxNotStarted(Exception):
    """A sandbox cannot start; the text says why in whole sentences."""
