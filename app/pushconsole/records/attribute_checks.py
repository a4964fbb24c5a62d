"""Attributes and values that will probably not do what they were meant to.

Most of it follows from the columns' counts; what needs the records' text is left to SQLite, which lets other threads
run meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import apsw

from pushconsole.records.column_types import COUNTED, CellKind, Column, ColumnType
from pushconsole.records.columns import read_columns
from pushconsole.records.problems import Found, Problem, ProblemKind, place

_RESERVED: Final = ("_highlightResult", "_snippetResult", "_rankingInfo", "_distinctSeqID")
"""Names the service uses in its answers: https://www.algolia.com/doc/guides/sending-and-managing-data/prepare-your-data"""

_ROUND_LENGTHS: Final = (255, 256, 1000, 1024, 2000, 2048, 4000, 4096, 8191, 8192, 32767, 65535, 65536)
"""Lengths at which databases and spreadsheets cut texts: VARCHAR(255), Excel's 32,767, MySQL's TEXT of 65,535, …"""

_LARGEST_LOOKED_AT = 20_000
"""Records looked at for values that are cut off: these are long, so they stand in the largest records."""

_CUT_AT_LEAST = 2  # one value of such a length is chance


def found(connection: apsw.Connection, limit: int, *, partial_update: bool) -> dict[ProblemKind, Found]:
    """Return what is doubtful, by kind."""
    columns = read_columns(connection)
    return {
        ProblemKind.NOTHING_TO_UPDATE: _nothing_to_update(connection, limit) if partial_update else (0, ()),
        ProblemKind.UNSAFE_OPERATION: _unsafe(connection, columns, limit),
        ProblemKind.MIXED_TYPES: _mixed(connection, columns),
        ProblemKind.RESERVED_ATTRIBUTE: _reserved(columns),
        ProblemKind.SIMILAR_ATTRIBUTES: _similar(columns),
        ProblemKind.CUT_VALUE: _cut(connection, columns, limit),
    }


def _nothing_to_update(connection: apsw.Connection, limit: int) -> Found:
    """Tell records that are nothing but an objectID; those too large for that are passed over by their size."""
    condition = (
        "id IN (SELECT id FROM records WHERE object_id < x'' AND size <= 6 * octet_length(object_id) + 64) "
        "AND (SELECT count(*) = 1 AND max(key) = 'objectID' FROM json_each(text))"
    )
    count = int(connection.execute(f"SELECT count(*) FROM records WHERE {condition}").get)
    rows = connection.execute(f"SELECT id, line FROM records WHERE {condition} ORDER BY id LIMIT ?", (limit,))
    what = "has nothing but an objectID, so a partial update changes nothing (and may make an empty record)"
    return count, (
        Problem(ProblemKind.NOTHING_TO_UPDATE, "warning", f"{place(line)} {what}.", record_id, line, None)
        for record_id, line in rows
    )


def _unsafe(connection: apsw.Connection, columns: list[Column], limit: int) -> Found:
    if all(column.type not in {ColumnType.NESTED, ColumnType.MIXED} for column in columns):
        return 0, ()
    # The first letter of what is sought decides how often SQLite looks closer: quotes are everywhere, this one is rare.
    condition = (
        "instr(text, '_operation\"') > 0 AND instr(text, '\"_operation\"') > 0 AND "
        "(instr(text, '\"Increment\"') > 0 OR instr(text, '\"Decrement\"') > 0 OR instr(text, '\"Add\"') > 0)"
    )
    count = int(connection.execute(f"SELECT count(*) FROM records WHERE {condition}").get)
    if not count:
        return 0, ()
    rows = connection.execute(f"SELECT id, line FROM records WHERE {condition} ORDER BY id LIMIT ?", (limit,))
    what = "adds or counts on from what the index holds; sent twice, it does so twice"
    return count, (
        Problem(ProblemKind.UNSAFE_OPERATION, "warning", f"{place(line)} {what}.", record_id, line, None)
        for record_id, line in rows
    )


_WORDS = {
    CellKind.TEXT: "text",
    CellKind.NUMBER: "a number",
    CellKind.BOOLEAN: "true or false",
    CellKind.NESTED: "a list or an object",
}
_JSON_TYPES = {
    CellKind.TEXT: "('text')",
    CellKind.NUMBER: "('integer', 'real')",
    CellKind.BOOLEAN: "('true', 'false')",
    CellKind.NESTED: "('array', 'object')",
}
_FIELDS = dict(zip(COUNTED, ("nulls", "empties", "texts", "numbers", "booleans", "nested"), strict=True))


def _mixed(connection: apsw.Connection, columns: list[Column]) -> Found:
    """Tell the values that are not what most of their column are; the counts are known, the first is looked for."""
    count, problems = 0, []
    for column in columns:
        if column.type is not ColumnType.MIXED or column.name == "objectID":  # which has a kind of problem of its own
            continue
        numbers = _counts(connection, column.name)
        most = max(numbers, key=lambda kind: numbers[kind])
        for kind, number in numbers.items():
            if kind is not most and number:
                count += number
                problems.append(_odd_one(connection, column.name, kind, number, most))
    return count, problems


def _counts(connection: apsw.Connection, name: str) -> dict[CellKind, int]:
    fields = ", ".join(_FIELDS[kind] for kind in _WORDS)
    row = next(connection.execute(f"SELECT {fields} FROM columns WHERE name = ?", (name,)))
    return dict(zip(_WORDS, row, strict=True))


def _odd_one(connection: apsw.Connection, name: str, kind: CellKind, number: int, most: CellKind) -> Problem:
    first = connection.execute(
        "SELECT id, line FROM records WHERE EXISTS(SELECT 1 FROM json_each(text) AS v "
        f"WHERE v.key = ? AND v.type IN {_JSON_TYPES[kind]} AND v.value <> '') ORDER BY id LIMIT 1",
        (name,),
    )
    record_id, line = next(iter(first), (None, None))
    values = "1 value is" if number == 1 else f"{number:,} values are"
    sentence = f"{name}: {values} {_WORDS[kind]}, the others are {_WORDS[most]}; the first stands in "
    sentence += "a record added here." if line is None else f"line {line:,}."
    return Problem(ProblemKind.MIXED_TYPES, "warning", sentence, record_id, line, name)


def _reserved(columns: list[Column]) -> Found:
    taken = [column for column in columns if column.name in _RESERVED and column.present]
    return sum(column.present for column in taken), [
        Problem(
            ProblemKind.RESERVED_ATTRIBUTE,
            "warning",
            f"{column.name} is a name the service keeps for its answers; rename the attribute or take it away.",
            None,
            None,
            column.name,
        )
        for column in taken
    ]


def _similar(columns: list[Column]) -> Found:
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for column in sorted(columns, key=lambda column: -column.present):
        if column.present:
            by_name[column.name.casefold().strip()].append(column.name)
    alike = [names for names in by_name.values() if len(names) > 1]
    return len(alike), [
        Problem(
            ProblemKind.SIMILAR_ATTRIBUTES,
            "warning",
            f"{' and '.join(f'“{name}”' for name in names)} are different attributes for the service.",
            None,
            None,
            names[0],
            alike=tuple(names),
        )
        for names in alike
    ]


def _cut(connection: apsw.Connection, columns: list[Column], limit: int) -> Found:
    """Tell texts of a round length that is the longest of their column, among the largest records."""
    if all(column.type not in {ColumnType.TEXT, ColumnType.MIXED} for column in columns):
        return 0, ()
    rows = connection.execute(
        "SELECT v.key, length(v.value) AS letters, count(*), min(r.id) FROM "
        "(SELECT id FROM records WHERE size > ? ORDER BY size DESC LIMIT ?) AS large "
        "JOIN records AS r ON r.id = large.id, json_each(r.text) AS v WHERE v.type = 'text' "
        f"GROUP BY v.key, letters IN {_ROUND_LENGTHS}, letters HAVING letters >= ?",
        (_ROUND_LENGTHS[0], _LARGEST_LOOKED_AT, _ROUND_LENGTHS[0]),
    )
    longest: dict[str, tuple[int, int, int]] = {}
    for name, letters, number, first in rows:
        longest[name] = max(longest.get(name, (0, 0, 0)), (letters, number, first))
    cut = {name: seen for name, seen in longest.items() if seen[0] in _ROUND_LENGTHS and seen[1] >= _CUT_AT_LEAST}
    return sum(number for _, number, _ in cut.values()), list(_cut_ones(connection, cut))[:limit]


def _cut_ones(connection: apsw.Connection, cut: dict[str, tuple[int, int, int]]) -> Iterator[Problem]:
    for name, (letters, number, first) in cut.items():
        line = connection.execute("SELECT line FROM records WHERE id = ?", (first,)).get
        sentence = f"{name}: {number:,} texts end after exactly {letters:,} characters, and none is longer; "
        sentence += f"they look cut off. The first: {place(line).lower() if line is None else f'line {line:,}'}."
        yield Problem(ProblemKind.CUT_VALUE, "warning", sentence, first, line, name)
