"""Turns what the checks found into the rows of the problems pane."""

from __future__ import annotations

from collections import defaultdict

from pushconsole.desktop.problems_pane import ProblemGroup, ProblemRow
from pushconsole.records import Problem, ProblemKind, Problems

_TITLES = {
    ProblemKind.MISSING_OBJECT_ID: "No objectID",
    ProblemKind.EMPTY_OBJECT_ID: "Empty objectID",
    ProblemKind.OBJECT_ID_NOT_TEXT: "objectID is not a text",
    ProblemKind.DUPLICATE_OBJECT_ID: "The same objectID more than once",
    ProblemKind.OVERSIZE_RECORD: "Larger than 10 kB",
    ProblemKind.REJECTED_ROW: "Rows of the file that are not records",
}


def grouped(problems: Problems) -> list[ProblemGroup]:
    """Return one group a kind, each with its full count and the first of its problems."""
    by_kind: defaultdict[ProblemKind, list[Problem]] = defaultdict(list)
    for problem in problems.first:
        by_kind[problem.kind].append(problem)
    return [
        ProblemGroup(
            title=_TITLES[kind],
            count=count,
            is_error=any(problem.severity == "error" for problem in by_kind[kind]),
            rows=tuple(ProblemRow(problem.sentence, problem.record_id) for problem in by_kind[kind]),
        )
        for kind, count in problems.counts.items()
    ]
