"""The edits there are: for each, what becomes of which record. `history` carries them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import apsw
import msgspec
import uuid_utils

from pushconsole.errors import InputError, ValueNotUsable
from pushconsole.records.history import Edit
from pushconsole.records.json_text import NotARecord, join_values, parse_record, parse_value, raw_values, with_value

WITHOUT_OBJECT_ID = "object_id IS NULL OR object_id = ''"


def no_such_record() -> InputError:
    """Return the error for a record id that is not there."""
    return InputError("This record is not there any more.", "Undo brings deleted records back.")


def set_value(connection: apsw.Connection, record_id: int, column: str, raw: str | None) -> Iterator[Edit]:
    """Replace one value, or take it away (None); nothing where it stands like that already."""
    for line, text in connection.execute("SELECT line, text FROM records WHERE id = ?", (record_id,)):
        present = raw_values(text).get(column)
        if (None if present is None else bytes(present).decode()) != raw:
            yield Edit(record_id, text, with_value(text, column, raw), line)
        return
    raise no_such_record()


def usable_value(column: str, raw: str) -> str:
    """Return the JSON text of a value, checked.

    Raises:
        ValueNotUsable: it is no JSON value, or the column's name cannot stand in JSON.

    """
    try:
        column.encode()
        parse_value(raw)
    except NotARecord as refusal:
        raise ValueNotUsable(f"This value cannot stand in “{column}”. {refusal.reason}", attribute=column) from None
    except UnicodeEncodeError:
        raise ValueNotUsable("Half a surrogate pair stands alone, which JSON cannot carry.") from None
    return raw.strip(" \t\r\n")


def usable_record(text: str) -> str:
    """Return the JSON text of a record, checked.

    Raises:
        ValueNotUsable: it is no record.

    """
    try:
        parse_record(text)
    except NotARecord as refusal:
        line = None if refusal.position is None else text.count("\n", 0, refusal.position) + 1
        raise ValueNotUsable(f"This cannot be a record. {refusal.reason}", line=line) from None
    return text.strip(" \t\r\n")


def deletions(connection: apsw.Connection, ids: Sequence[int]) -> Iterator[Edit]:
    """Delete records; ids that are not there are passed over."""
    for record_id in ids:
        for line, text in connection.execute("SELECT line, text FROM records WHERE id = ?", (record_id,)):
            yield Edit(record_id, text, None, line)


def new_object_ids(connection: apsw.Connection, among: Sequence[int] | None) -> Iterator[Edit]:
    """Give a UUIDv7 to each record (or each among these) that has no objectID, a null or an empty one."""
    chosen = "true" if among is None else "id IN (SELECT value FROM json_each(?))"
    for record_id, line, text in connection.execute(
        f"SELECT id, line, text FROM records WHERE ({WITHOUT_OBJECT_ID}) AND {chosen} ORDER BY id",
        () if among is None else (msgspec.json.encode(among).decode(),),
    ):
        raw = msgspec.Raw(f'"{uuid_utils.uuid7()}"')
        values = raw_values(text)
        # In front where it was missing: that is where a person looks for it.
        made = {**values, "objectID": raw} if "objectID" in values else {"objectID": raw, **values}
        yield Edit(record_id, text, join_values(made), line)
