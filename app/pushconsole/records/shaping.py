"""Records of JSON files with attributes renamed, left out, or made the objectID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pushconsole.records.column_types import CellKind, Tally
from pushconsole.records.json_text import join_values, object_id_column, parse_record, quoted, raw_values
from pushconsole.records.reading import NewRecord, Portion, ReadOptions, RecordReader, Rejected, portion_of


class ShapedReader:
    """Changes the names of another reader's attributes and leaves all values alone; see `RecordReader`.

    Only a number that becomes an objectID is changed: it is put in quotes, since an objectID is text.
    """

    def __init__(self, reader: RecordReader, options: ReadOptions) -> None:
        self.rejected: list[Rejected] = []
        self.turned = reader.turned
        self._reader = reader
        self._options = options
        self._tally = Tally()

    def read_bytes(self) -> int:
        """Return how many bytes of the file were read until now."""
        return self._reader.read_bytes()

    def layout(self) -> Mapping[str, str] | None:
        """Return the text around and between the records."""
        return self._reader.layout()

    def notes(self) -> Sequence[str]:
        """Return what the other reader says."""
        return self._reader.notes()

    def take_counts(self) -> dict[str, dict[CellKind, int]]:
        """Return the values counted by column and kind since the last call."""
        self._reader.take_counts()
        return self._tally.take()

    def portions(self) -> Iterator[Portion]:
        """Yield the records in file order, some at a time."""
        for portion in self._reader.portions():
            shaped = [*map(self._shaped, portion.records())]
            refused, self._reader.rejected = self._reader.rejected, []
            self.rejected = sorted(self.rejected + refused, key=lambda row: row.line)
            yield portion_of([record for record in shaped if record is not None])

    def _shaped(self, row: NewRecord) -> NewRecord | None:
        _, line, text = row
        values = {}
        for name, value in raw_values(text).items():
            choice = self._options.choice(name)
            if choice.leave_out:
                continue
            is_id = name == self._options.object_id
            new = "objectID" if is_id else choice.rename or name
            if new in values:
                self.rejected.append(Rejected(line, text.decode(), f"Two attributes would be called “{new}”."))
                return None
            raw = bytes(value).decode()
            values[new] = type(value)(quoted(raw)) if is_id and raw[0] not in '"{[ntf' else value
        shaped = join_values(values).encode()
        return object_id_column(parse_record(shaped, self._tally), shaped), line, shaped
