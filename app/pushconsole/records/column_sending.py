"""Which columns a push sends. What is left out stays in the records; the choice is an edit that can be undone."""

from __future__ import annotations

import apsw

from pushconsole.errors import InputError, ValueNotUsable
from pushconsole.records.columns import read_columns
from pushconsole.records.history import UNSENT, Change, Done, do_rows
from pushconsole.records.workspace import Workspace


def set_sent(workspace: Workspace, column: str, *, sent: bool) -> Change | None:
    """Let a push send a column, or leave it out; None where it is like that already.

    Raises:
        InputError: there is no such column.
        ValueNotUsable: it is the objectID, without which no record has a name.
        WorkspaceFrozen: the records are in a run.

    """

    def step(connection: apsw.Connection) -> Done | None:
        known = read_columns(connection, [column])
        if not known:
            raise InputError(f"There is no column {column}.", attribute=column)
        if known[0].sent == sent:
            return None
        label = f"Send {column}" if sent else f"Do not send {column}"
        return do_rows(connection, label, (), lambda: [(column, UNSENT, -1 if sent else 1)])

    if column == "objectID" and not sent:
        raise ValueNotUsable("The objectID is always sent: without it no record has a name.", attribute=column)
    return workspace.moved(step)
