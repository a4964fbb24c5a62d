"""Changes to the values of one column in many records."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import apsw
import msgspec

from pushconsole.errors import ValueNotUsable
from pushconsole.records.bulk_command import (
    BulkCommand,
    NotApplicable,
    Rule,
    Values,
    characters,
    kind_of,
    raw_text,
    text_of,
)
from pushconsole.records.column_types import NUMBER, CellKind
from pushconsole.records.edits import no_such_record, usable_value
from pushconsole.records.json_text import NotARecord, compact, parse_value, quoted, raw_values

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?', re.DOTALL)
_UNESCAPED = re.compile(r"[ -!#-.0-\[\]-~]*", re.ASCII)  # ASCII but quote, slash and backslash
_LONGEST_QUOTED = 40


@dataclass(frozen=True)
class SetValue(BulkCommand):
    """Give a column the same value everywhere, as JSON text; None takes the attribute away."""

    column: str
    raw: str | None

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Remove {self.column}" if self.raw is None else f"Set {self.column}"

    @property
    def touches(self) -> Sequence[str]:
        """Name the one column."""
        return (self.column,)

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        return _setting(self.column, None if self.raw is None else usable_value(self.column, self.raw))


@dataclass(frozen=True)
class FillDown(BulkCommand):
    """Give a column the value it has in one record; an attribute that is absent there is taken away."""

    column: str
    source_id: int

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Fill down {self.column}"

    @property
    def touches(self) -> Sequence[str]:
        """Name the one column."""
        return (self.column,)

    def rule(self, connection: apsw.Connection) -> Rule:
        """Return the rule."""
        text = connection.execute("SELECT text FROM records WHERE id = ?", (self.source_id,)).get
        if text is None:
            raise no_such_record()
        raw = raw_values(text).get(self.column)
        return _setting(self.column, None if raw is None else characters(raw))


def _setting(column: str, raw: str | None) -> Rule:
    if raw is None:
        return lambda _, values: {k: v for k, v in values.items() if k != column} if column in values else None
    value = msgspec.Raw(raw)
    return lambda _, values: {**values, column: value}


@dataclass(frozen=True)
class Trim(BulkCommand):
    """Take away white space around the texts of a column."""

    column: str

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Trim {self.column}"

    @property
    def touches(self) -> Sequence[str]:
        """Name the one column."""
        return (self.column,)

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        return _mapping(
            self.column, lambda raw: raw_text(text_of(raw).strip()) if kind_of(raw) is CellKind.TEXT else raw
        )


def _mapping(column: str, change: Callable[[msgspec.Raw], msgspec.Raw]) -> Rule:
    def rule(_: int, values: Values) -> Values | None:
        raw = values.get(column)
        if raw is None or (new := change(raw)) is raw:
            return None
        return {**values, column: new}

    return rule


class ValueType(enum.Enum):
    """What the values of a column can be turned into."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "true or false"
    NESTED = "list or object"


@dataclass(frozen=True)
class ChangeType(BulkCommand):
    """Turn the values of a column into another type; null stays null.

    Attributes:
        column: its name.
        to: the type.
        decimal_comma: texts are numbers as ``1.234,5`` is one.

    """

    column: str
    to: ValueType
    decimal_comma: bool = False

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Turn {self.column} into {self.to.value}"

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        turn = {
            ValueType.TEXT: _to_text,
            ValueType.NUMBER: self._to_number,
            ValueType.BOOLEAN: _to_boolean,
            ValueType.NESTED: _to_nested,
        }[self.to]
        return _mapping(self.column, lambda raw: raw if kind_of(raw) is CellKind.NULL else turn(raw))

    def _to_number(self, raw: msgspec.Raw) -> msgspec.Raw:
        kind = kind_of(raw)
        if kind is CellKind.NUMBER:
            return raw
        if kind is CellKind.BOOLEAN:
            return msgspec.Raw("1" if characters(raw) == "true" else "0")
        text = text_of(raw).strip()
        if self.decimal_comma and kind is CellKind.TEXT:
            text = _with_point(text)
        if kind is CellKind.NESTED or not NUMBER.fullmatch(text):
            raise NotApplicable(f"{shown(raw)} is not a number.")
        return msgspec.Raw(text)


_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[.   '’][0-9]{3})+(?:,[0-9]+)?|-?[0-9]+(?:,[0-9]+)?", re.ASCII)


def _with_point(text: str) -> str:
    """Return ``1.234,5`` as ``1234.5``; any other text as it is."""
    return re.sub(r"[^0-9,-]", "", text).replace(",", ".") if _GROUPED.fullmatch(text) else text


def number_meant(text: str) -> str | None:
    """Return the JSON number that a person means by a text such as ``12,5``, ``+3`` or ``007``, or None."""
    tidy = text.strip().removeprefix("+")
    if not NUMBER.fullmatch(tidy):
        tidy = re.sub(r"^(-?)0+(?=[0-9])", r"\1", _with_point(tidy))
    return tidy if NUMBER.fullmatch(tidy) else None


def _to_text(raw: msgspec.Raw) -> msgspec.Raw:
    kind = kind_of(raw)
    if kind in {CellKind.TEXT, CellKind.EMPTY}:
        return raw
    return raw_text(compact(characters(raw)) if kind is CellKind.NESTED else characters(raw))


_BOOLEANS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def boolean_meant(text: str) -> str | None:
    """Return ``true`` or ``false`` where a person means it by a text such as ``Yes`` or ``0``, else None."""
    return _BOOLEANS.get(text.strip().lower())


def _to_boolean(raw: msgspec.Raw) -> msgspec.Raw:
    if kind_of(raw) is CellKind.BOOLEAN:
        return raw
    meant = boolean_meant(text_of(raw))
    if meant is None:
        raise NotApplicable(f"{shown(raw)} is neither true nor false.")
    return msgspec.Raw(meant)


def _to_nested(raw: msgspec.Raw) -> msgspec.Raw:
    if kind_of(raw) is CellKind.NESTED:
        return raw
    text = text_of(raw).strip()
    try:
        if text[:1] in {"[", "{"}:
            parse_value(text)
            return msgspec.Raw(text)
    except NotARecord as refusal:
        raise NotApplicable(f"{shown(raw)} is no list or object. {refusal.reason}") from None
    raise NotApplicable(f"{shown(raw)} is no list or object.")


def shown(raw: msgspec.Raw) -> str:
    """Return a value for a sentence, in quotes and not too long."""
    text = text_of(raw)
    return f"“{text[:_LONGEST_QUOTED]}…”" if len(text) > _LONGEST_QUOTED else f"“{text}”"


@dataclass(frozen=True)
class Replace(BulkCommand):
    r"""Find and replace in texts, in the texts inside of lists and objects too, and in numbers that stay numbers.

    Attributes:
        find: a text, or a regular expression as Python's `re` reads it.
        replacement: with an expression, ``\1`` or ``\g<name>`` stands for a group.
        column: where; None for all.
        regular: whether ``find`` is a regular expression.
        match_case: whether capitals count.

    """

    find: str
    replacement: str
    column: str | None = None
    regular: bool = False
    match_case: bool = False

    @property
    def label(self) -> str:
        """Say what is done."""
        return f"Replace “{self.find[:_LONGEST_QUOTED]}”"

    def condition(self) -> tuple[str, Sequence[object]]:
        """Pass over records that do not hold a plain text: SQLite finds that out without a loop in Python."""
        if self.regular or not self.match_case or not _UNESCAPED.fullmatch(self.find):
            return "1", ()
        return r"(instr(text, ?) > 0 OR instr(text, '\u') > 0)", (self.find,)

    def may_change(self, text: str) -> bool:
        """Look for a plain text in the whole record at once; an escape may hide it."""
        hidden = "\\" in text or not text.isascii()  # where capitals are more than 26 pairs
        return self.regular or hidden or not _UNESCAPED.fullmatch(self.find) or self._found(text)

    def _found(self, text: str) -> bool:
        return self.find in text if self.match_case else self.find.lower() in text.lower()

    def rule(self, connection: apsw.Connection) -> Rule:  # noqa: ARG002  asks no file
        """Return the rule."""
        change = self._change()
        if self.column is not None:
            return _mapping(self.column, change)

        def rule(_: int, values: Values) -> Values | None:
            new = {name: change(raw) for name, raw in values.items()}
            return None if all(new[name] is raw for name, raw in values.items()) else new

        return rule

    def _change(self) -> Callable[[msgspec.Raw], msgspec.Raw]:
        substitute = self._substitution()

        def in_string(token: re.Match[str]) -> str:
            whole = token[0]
            if whole[-1] == ":":  # the name of a nested attribute
                return whole
            old = text_of(msgspec.Raw(whole))
            new = substitute(old)
            return whole if new == old else quoted(new)

        def change(raw: msgspec.Raw) -> msgspec.Raw:
            kept = characters(raw)
            if kept[0] == '"':
                return raw if (new := substitute(old := text_of(raw))) == old else raw_text(new)
            if kept[0] in "[{":
                new = _STRING.sub(in_string, kept)
            else:
                new = substitute(kept) if kept[0] not in "ntf" else kept
                if new != kept and not NUMBER.fullmatch(new):
                    raise NotApplicable(f"the number {kept} would become “{new}”, which is none.")
            return raw if new == kept else msgspec.Raw(new)

        return change

    def _substitution(self) -> Callable[[str], str]:
        if not self.find:
            raise ValueNotUsable("There is nothing to find.", "Type what is to be replaced.")
        try:
            self.replacement.encode()
            pattern = re.compile(
                self.find if self.regular else re.escape(self.find), 0 if self.match_case else re.IGNORECASE
            )
            if not self.regular:
                return lambda text: pattern.sub(lambda _: self.replacement, text)
            pattern.sub(self.replacement, "")  # complains about groups that are not there
        except (re.error, IndexError, OverflowError) as error:
            raise ValueNotUsable(f"This is not a regular expression that can be used: {error}.") from error
        except UnicodeEncodeError as error:
            raise ValueNotUsable(
                "The text holds half a character (a lone surrogate), which JSON cannot carry."
            ) from error
        return lambda text: pattern.sub(self.replacement, text)
