"""Turns what the checks found into the rows of the problems pane."""

from __future__ import annotations

from collections import defaultdict

from pushconsole.desktop.problems_pane import Fix, ProblemGroup, ProblemRow
from pushconsole.records import (
    ChangeType,
    Keep,
    KeepOfDuplicates,
    MakeObjectIds,
    Problem,
    ProblemKind,
    Problems,
    RemoveColumn,
    RenameColumn,
    Trim,
    ValueType,
)

_TITLES = {
    ProblemKind.MISSING_OBJECT_ID: "No objectID",
    ProblemKind.EMPTY_OBJECT_ID: "Empty objectID",
    ProblemKind.OBJECT_ID_NOT_TEXT: "objectID is not a text",
    ProblemKind.DUPLICATE_OBJECT_ID: "The same objectID more than once",
    ProblemKind.OVER_LIMIT_RECORD: "Larger than any plan allows (100 kB)",
    ProblemKind.OVERSIZE_RECORD: "Larger than the plan may allow",
    ProblemKind.SPACED_OBJECT_ID: "White space around the objectID",
    ProblemKind.SIMILAR_OBJECT_ID: "objectIDs that differ by capitals, spaces or Unicode form only",
    ProblemKind.DAMAGED_OBJECT_ID: "objectIDs that a spreadsheet may have rewritten",
    ProblemKind.NOTHING_TO_UPDATE: "Partial updates of nothing",
    ProblemKind.UNSAFE_OPERATION: "Operations that are not safe to send twice",
    ProblemKind.MIXED_TYPES: "Values of another type than their column",
    ProblemKind.RESERVED_ATTRIBUTE: "Attribute names that the service keeps for itself",
    ProblemKind.SIMILAR_ATTRIBUTES: "Attribute names that differ by capitals only",
    ProblemKind.CUT_VALUE: "Texts that look cut off",
    ProblemKind.REJECTED_ROW: "Rows of the file that are not records",
}
_LONGEST_NAME = 30  # letters of a name on a button
_MAKE = Fix("Make objectIDs", MakeObjectIds())
_FIXES: dict[ProblemKind, tuple[Fix, ...]] = {
    ProblemKind.MISSING_OBJECT_ID: (_MAKE,),
    ProblemKind.EMPTY_OBJECT_ID: (_MAKE,),
    ProblemKind.OBJECT_ID_NOT_TEXT: (Fix("Turn into texts", ChangeType("objectID", ValueType.TEXT)),),
    ProblemKind.SPACED_OBJECT_ID: (Fix("Trim", Trim("objectID")),),
    ProblemKind.DUPLICATE_OBJECT_ID: (
        Fix("Keep the first", KeepOfDuplicates(Keep.FIRST), for_one=False),
        Fix("Keep the last", KeepOfDuplicates(Keep.LAST), for_one=False),
    ),
}


def _column_fixes(problem: Problem) -> tuple[Fix, ...]:
    """Return what mends the whole column that a problem is about."""
    name = problem.column
    if name is None:
        return ()
    match problem.kind:
        case ProblemKind.MIXED_TYPES:
            return (
                Fix(f"Turn all of {_brief(name)} into texts", ChangeType(name, ValueType.TEXT)),
                Fix(f"Turn all of {_brief(name)} into numbers", ChangeType(name, ValueType.NUMBER)),
            )
        case ProblemKind.RESERVED_ATTRIBUTE:
            return (Fix(f"Remove {name}", RemoveColumn(name)),)
        case ProblemKind.SIMILAR_ATTRIBUTES:
            usual, *others = problem.alike
            return tuple(
                Fix(f"Rename {_brief(other)} to {_brief(usual)}", RenameColumn(other, usual)) for other in others
            )
        case _:
            return ()


def _brief(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def title_of(kind: ProblemKind) -> str:
    """Return what a group of problems is called."""
    return _TITLES[kind]


def grouped(problems: Problems) -> list[ProblemGroup]:
    """Return one group a kind, each with its full count and the first of its problems."""
    by_kind: defaultdict[ProblemKind, list[Problem]] = defaultdict(list)
    for problem in problems.first:
        by_kind[problem.kind].append(problem)
    return [
        ProblemGroup(
            kind=kind,
            title=_TITLES[kind],
            count=count,
            is_error=any(problem.severity == "error" for problem in by_kind[kind]),
            rows=tuple(
                ProblemRow(problem.sentence, problem.record_id, problem.rejected_id, _column_fixes(problem))
                for problem in by_kind[kind]
            ),
            fixes=_FIXES.get(kind, ()),
        )
        for kind, count in problems.counts.items()
    ]
