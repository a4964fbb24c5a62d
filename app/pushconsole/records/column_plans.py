"""What becomes of each column of a table: its attribute, its type and its empty cells, as chosen or by default."""

from __future__ import annotations

from dataclasses import dataclass

from pushconsole.errors import InputError
from pushconsole.records.column_types import ColumnType, looks_like_identifier
from pushconsole.records.read_options import EmptyCell, ReadOptions
from pushconsole.records.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column that is read.

    Attributes:
        index: its place in a row.
        name: the attribute.
        may_be_typed: whether its cells may be numbers or booleans.
        empty: what an empty cell becomes.

    """

    index: int
    name: str
    may_be_typed: bool
    empty: EmptyCell


def column_plans(source: SourceFile, options: ReadOptions) -> list[ColumnPlan]:
    """Return the columns that are read.

    Raises:
        InputError: the options speak of a column that is not there, or give two columns one name.

    """
    _refuse_unknown(source, options)
    plans = [
        ColumnPlan(index, _attribute(name, options), _may_be_typed(name, options), _empty(name, options))
        for index, name in enumerate(source.header)
        if not options.choice(name).leave_out
    ]
    _refuse_shared_names(plans, source)
    return plans


def _attribute(name: str, options: ReadOptions) -> str:
    return "objectID" if name == options.object_id else options.choice(name).rename or name


def _empty(name: str, options: ReadOptions) -> EmptyCell:
    return options.choice(name).empty or options.empty


def _may_be_typed(name: str, options: ReadOptions) -> bool:
    wanted = options.choice(name).type
    if wanted is not None:
        return wanted in {ColumnType.NUMBER, ColumnType.BOOLEAN}
    attribute = _attribute(name, options)
    labels = looks_like_identifier(name) or looks_like_identifier(attribute)
    return not (options.all_text or name in options.text_columns or labels)


def _refuse_unknown(source: SourceFile, options: ReadOptions) -> None:
    spoken_of = [
        *((name, "which should be read as text") for name in sorted(options.text_columns)),
        *((name, "which the options speak of") for name in options.columns or {}),
        *([(options.object_id, "which should be the objectID")] if options.object_id else []),
    ]
    for name, what in spoken_of:
        if name not in source.header:
            raise InputError(
                f"{source.name} has no column “{name}”, {what}.",
                f"Its columns are: {', '.join(source.header)}.",
                file=source.name,
                attribute=name,
            )


def _refuse_shared_names(plans: list[ColumnPlan], source: SourceFile) -> None:
    seen: set[str] = set()
    for plan in plans:
        if plan.name in seen:
            raise InputError(
                f"Two columns of {source.name} would be called “{plan.name}”.",
                "Rename one of them or leave it out.",
                file=source.name,
                attribute=plan.name,
            )
        seen.add(plan.name)
    if not plans:
        raise InputError(f"All columns of {source.name} are left out.", "Keep at least one.", file=source.name)
