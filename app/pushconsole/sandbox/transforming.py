"""Runs a transformation's JavaScript over records, in an engine that can neither run for ever nor take all memory.

A record goes through `JSON.parse` and `JSON.stringify`, as it does at the service. So numbers become what JavaScript
has: `1.10` is `1.1` afterwards and `12345678901234567890` is `12345678901234567000`.
"""

from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import quickjs

from .errors import BatchRefused, Refusal
from .push_body import Push, PushedRecord, object_id_of

TRANSFORMED_ACTIONS = frozenset({"addObject", "updateObject", "partialUpdateObject", "partialUpdateObjectNoCreate"})
"""A transformation makes records of records; the other actions bring none."""

_STACK_BYTES = 256 * 1024  # well under what a thread has, so that endless recursion is an error and no crash

# The functions of the language are taken before the transformation's own code can put others in their place.
_PRELUDE = """
const __transformed = (() => {
  const {parse, stringify} = JSON, isArray = Array.isArray, text = String;
  const isRecord = value => value !== null && typeof value === 'object' && !isArray(value);
  const kind = value => value === null ? 'null' : isArray(value) ? 'an array' : typeof value;
  const helper = new Proxy({}, {get: (_, name) => {
    throw new Error(`helper.${text(name)} is not there: the sandbox calls nobody and knows no secrets`);
  }});
  const checked = result => {
    if (result === undefined || result === null) return [];
    const records = isArray(result) ? result : [result];
    for (const record of records)
      if (!isRecord(record))
        throw new TypeError(`transform must return a record, an array of records or nothing; it returned ${
          isArray(result) ? 'an array with ' : ''}${kind(record)}`);
    return records.map(record => stringify(record));
  };
  const told = error => error instanceof Error ? `${error.name}: ${error.message}` : `Uncaught ${text(error)}`;
  let outcome;
  const start = async sample => {
    if (typeof transform !== 'function') throw new TypeError('there is no function transform(record, helper)');
    return checked(await transform(parse(sample), helper));
  };
  return {
    begin: sample => {
      outcome = {error: 'Error: transform returned a promise that nothing ever settles'};
      start(sample).then(records => { outcome = {records}; }, error => { outcome = {error: told(error)}; });
    },
    outcome: () => stringify(outcome),
  };
})();
"""


class TransformationFailed(Exception):
    """A transformation ended in an error; the text says which.

    Attributes:
        code: the status that answers show beside the text.

    """

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.code = code

    @property
    def document(self) -> dict[str, object]:
        """The error as answers show it."""
        return {"code": self.code, "message": str(self)}


class Transformer:
    """One transformation, ready to run; to be made and used in one thread.

    The engine lets other threads of the program run meanwhile.
    """

    def __init__(self, code: str, *, time_s: float, memory_bytes: int) -> None:
        """Read the code.

        Raises:
            TransformationFailed: it cannot be read, or fails before it has seen a record.

        """
        self._time_s, self._memory_bytes = time_s, memory_bytes
        self._context = quickjs.Context()
        self._context.set_memory_limit(memory_bytes)
        self._context.set_max_stack_size(_STACK_BYTES)
        self._context.set_time_limit(time_s)
        self._evaluate(_PRELUDE)
        self._evaluate(code)

    def apply(self, record: str) -> list[str]:
        """Return the JSON texts of the records that one record becomes.

        Raises:
            TransformationFailed: the code threw, returned what is no record, or went over a limit.

        """
        self._evaluate(f"__transformed.begin({json.dumps(record)})")
        until = time.monotonic() + self._time_s
        try:
            while self._context.execute_pending_job():
                if time.monotonic() > until:  # each job has the engine's limit, but there may be jobs without end
                    raise self._too_long()
        except quickjs.JSException as error:
            raise self._explained(error) from error
        outcome: dict[str, Any] = json.loads(self._evaluate("__transformed.outcome()"))
        if "error" in outcome:
            raise self._failed(outcome["error"])
        return list(outcome["records"])

    def _evaluate(self, code: str) -> Any:
        try:
            return self._context.eval(code)
        except quickjs.JSException as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> TransformationFailed:
        return self._failed(str(error).partition("\n")[0].strip())

    def _failed(self, said: str) -> TransformationFailed:
        if said == "InternalError: interrupted":
            return self._too_long()
        # Where nothing is left to say it with, the engine says null.
        if said in ("InternalError: out of memory", "null"):
            return TransformationFailed(f"The transformation needs more than {self._memory_bytes:,} bytes", 413)
        return TransformationFailed(said)

    def _too_long(self) -> TransformationFailed:
        return TransformationFailed(f"The transformation ran longer than {self._time_s:g} s", 408)


def code_of(document: dict[str, Any]) -> str:
    """Return the code of a transformation, or of what a caller wants tried.

    Raises:
        TransformationFailed: it has steps in the place of code, which the sandbox cannot carry out.

    """
    given = document.get("input")
    code = given.get("code") if isinstance(given, dict) else document.get("code")
    if not isinstance(code, str):
        raise TransformationFailed("The sandbox runs transformations that are code; this one is not", 501)
    return code


def transformed(push: Push, through: list[dict[str, Any]], *, time_s: float, memory_bytes: int) -> Push:
    """Return a push whose records went through transformations, one after the other.

    Raises:
        BatchRefused: a record cannot be transformed, or has no usable objectID afterwards; the error names it.

    """
    records = push.records
    for document in through:
        records = _through(records, document, push.action, time_s, memory_bytes)
    return Push(push.action, records)


def _through(
    records: list[PushedRecord], document: dict[str, Any], action: str, time_s: float, memory_bytes: int
) -> list[PushedRecord]:
    made: list[PushedRecord] = []
    transformer: Transformer | None = None
    for record in records:
        try:
            transformer = transformer or Transformer(code_of(document), time_s=time_s, memory_bytes=memory_bytes)
            texts = transformer.apply(record.text)
        except TransformationFailed as error:
            raise _refused(record, str(error)) from error
        made.extend(_made(text, record, action) for text in texts)
    return made


def _made(text: str, record: PushedRecord, action: str) -> PushedRecord:
    """Make a pushed record of a transformed one; it keeps the position of the one it was made from."""
    try:
        object_id = object_id_of(msgspec.Raw(text.encode()), "The transformed record", needed=action != "addObject")
    except Refusal as error:
        raise _refused(record, error.message) from error
    return PushedRecord(object_id, text, record.position)


def _refused(record: PushedRecord, why: str) -> BatchRefused:
    object_id = record.object_id or ""
    message = f"Record at the position {record.position} objectID={object_id} could not be transformed: {why}"
    return BatchRefused(message, position=record.position, object_id=object_id)
