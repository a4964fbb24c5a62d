"""Changes to whole columns: rename, remove, add, split, join."""

from __future__ import annotations

from dataclasses import dataclass

import apsw
import msgspec

from pushconsole.errors import ValueNotUsable
from pushconsole.records.bulk_command import (
    BulkCommand,
    NotApplicable,
    Rule,
    Values,
    kind_of,
    place_of,
    raw_text,
    text_of,
)
from pushconsole.records.column_types import CellKind
from pushconsole.records.edits import usable_value
from pushconsole.records.history import DECLARED, MOVED, UNSENT, Gain
from pushconsole.records.value_commands import SetValue


@dataclass(frozen=True)
class RenameColumn(BulkCommand):
    """Give a column another name; it keeps its place in the records and in the table."""

    column: str
    name: str

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Rename {self.column} to {self.name}"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        old, new = self.column, usable_name(self.name)

        def rule(_: int, values: Values) -> Values | None:
            if old not in values or old == new:
                return None
            if new in values:
                raise NotApplicable(f"it has {new} already.")
            return {new if name == old else name: raw for name, raw in values.items()}

        return rule

    def column_gains(self, connection: apsw.Connection, *, whole: bool) -> list[Gain]:
        """Let the new column take the old one's place."""
        if not whole or self.name == self.column:
            return []
        old, new = place_of(connection, self.column), place_of(connection, self.name)
        distance = old.position - new.position
        gains: list[Gain] = [(self.column, MOVED, -distance), (self.name, MOVED, distance)]
        for flag, was, there in ((DECLARED, old.declared, new.declared), (UNSENT, old.unsent, new.unsent)):
            if was:
                gains.append((self.column, flag, -1))
                if not there:
                    gains.append((self.name, flag, 1))
        return gains


@dataclass(frozen=True)
class RemoveColumn(BulkCommand):
    """Take a column away from all records."""

    column: str

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Remove column {self.column}"

    def rule(self, connection: apsw.Connection) -> Rule:
        """Return the rule."""
        return SetValue(self.column, None).rule(connection)

    def column_gains(self, connection: apsw.Connection, *, whole: bool) -> list[Gain]:  # noqa: ARG002  none is refused
        """Do not show it any more."""
        return [(self.column, DECLARED, -1)] if place_of(connection, self.column).declared else []


@dataclass(frozen=True)
class AddColumn(BulkCommand):
    """Make a column; every record that lacks it gets the value (JSON text), or with None it is there to be filled."""

    name: str
    raw: str | None = None

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Add column {self.name}"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        name = usable_name(self.name)
        if self.raw is None:
            return lambda _, __: None
        value = msgspec.Raw(usable_value(name, self.raw))
        return lambda _, values: None if name in values else {**values, name: value}

    def column_gains(self, connection: apsw.Connection, *, whole: bool) -> list[Gain]:  # noqa: ARG002  none is refused
        """Show it from now on."""
        return [] if place_of(connection, self.name).declared else [(self.name, DECLARED, 1)]


@dataclass(frozen=True)
class SplitColumn(BulkCommand):
    """Cut the texts of a column at a separator, white space around the parts left out.

    Attributes:
        column: its name.
        separator: what stands between the parts.
        into: the columns that take the parts' place, or None for a list in the column itself.

    """

    column: str
    separator: str
    into: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Split {self.column}"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        if not self.separator:
            raise ValueNotUsable("Nothing says where to split.", "Name what stands between the parts.")
        names = None if self.into is None else tuple(map(usable_name, self.into))
        if names is not None and len(set(names)) != len(names):
            raise ValueNotUsable("Two of the new columns have the same name.")

        def rule(_: int, values: Values) -> Values | None:
            raw = values.get(self.column)
            if raw is None or kind_of(raw) is not CellKind.TEXT:
                return None
            parts = [part.strip() for part in text_of(raw).split(self.separator)]
            if names is None:
                return {**values, self.column: _listed(parts)}
            return self._spread(values, names, parts)

        return rule

    def _spread(self, values: Values, names: tuple[str, ...], parts: list[str]) -> Values:
        if len(parts) > len(names):
            raise NotApplicable(f"{self.column} has {len(parts)} parts, for {len(names)} columns.")
        taken = next((name for name in names if name in values and name != self.column), None)
        if taken is not None:
            raise NotApplicable(f"it has {taken} already.")
        made = {name: raw_text(part) for name, part in zip(names, parts, strict=False)}
        spread: Values = {}
        for name, raw in values.items():
            spread.update(made if name == self.column else {name: raw})
        return spread


def _listed(parts: list[str]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode([part for part in parts if part]))


@dataclass(frozen=True)
class JoinColumns(BulkCommand):
    """Put the values of some columns, absent, null and "" aside, into one text in place of them."""

    columns: tuple[str, ...]
    separator: str
    into: str

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Join {' and '.join(self.columns)} to {self.into}"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        into = usable_name(self.into)

        def rule(_: int, values: Values) -> Values | None:
            if into in values and into not in self.columns:
                raise NotApplicable(f"it has {into} already.")
            parts = [joinable(name, values[name]) for name in self.columns if name in values]
            if not parts:
                return None
            joined = raw_text(self.separator.join(part for part in parts if part))
            first = next(name for name in values if name in self.columns)
            kept = {name: raw for name, raw in values.items() if name == first or name not in self.columns}
            return {into if name == first else name: joined if name == first else raw for name, raw in kept.items()}

        return rule


def joinable(name: str, raw: msgspec.Raw) -> str:
    """Return the text of a value that is to become part of another; "" for null.

    Raises:
        NotApplicable: it is a list or an object.

    """
    kind = kind_of(raw)
    if kind is CellKind.NESTED:
        raise NotApplicable(f"{name} is a list or an object.")
    return "" if kind is CellKind.NULL else text_of(raw)


def usable_name(name: str) -> str:
    """Return the name of a column, checked.

    Raises:
        ValueNotUsable: it is empty or cannot stand in JSON.

    """
    if not name.strip():
        raise ValueNotUsable("A column needs a name.")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ValueNotUsable("Half a surrogate pair stands alone, which JSON cannot carry.") from None
    return name
